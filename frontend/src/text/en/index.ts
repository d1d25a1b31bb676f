export { account } from "./account";
export { common } from "./common";
export { practice } from "./practice";
export { report } from "./report";
export { room } from "./room";
