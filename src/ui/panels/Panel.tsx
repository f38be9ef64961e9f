import type { ReactNode } from "react";

interface Props {
  id: string;
  number: number;
  title: string;
  /** Stands at the end of the head line. */
  end?: ReactNode;
  /** Stays in place below the part that scrolls. */
  foot?: ReactNode;
  children: ReactNode;
}

/** One station of the screen: head, a body that scrolls by itself, a foot that stays. */
export function Panel({ id, number, title, end, foot, children }: Props) {
  return (
    <section className={`panel panel-${id}`} id={`station-${id}`} aria-label={title}>
      <header className="panel-head">
        <h2>
          <span className="panel-number" aria-hidden="true">
            {number}
          </span>
          {title}
        </h2>
        {end}
      </header>
      <div className="panel-body">{children}</div>
      {foot && <div className="panel-foot">{foot}</div>}
    </section>
  );
}
