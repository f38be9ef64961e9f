import { memo, type Ref } from "react";
import { rowAt, type GridLayout } from "./gridLayout";

interface Props {
  ref: Ref<HTMLDivElement>;
  classNames: readonly string[];
  layout: GridLayout;
}

/** The class names before the rows; they follow a sideways scroll where there is one column. */
export const GridLabels = memo(function GridLabels({ ref, classNames, layout }: Props) {
  const height = layout.rowHeight;
  return (
    <div ref={ref} className="grid-labels" data-columns={layout.columns}>
      {classNames.map((name, label) => {
        const { x, y } = rowAt(layout, label);
        return (
          <span
            key={label}
            className="grid-label"
            title={name}
            style={{ left: x, top: y, width: layout.labelWidth, height }}
          >
            <span className="ellipsis">{name}</span>
          </span>
        );
      })}
    </div>
  );
});
