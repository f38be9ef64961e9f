import "fake-indexeddb/auto";
import { pastSchemaCases } from "./pastSchemaCases";

pastSchemaCases("past");
