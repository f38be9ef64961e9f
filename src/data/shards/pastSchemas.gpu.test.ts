import { pastSchemaCases } from "./pastSchemaCases";

pastSchemaCases("past");
