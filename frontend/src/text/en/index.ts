export { account } from "./account";
export { common } from "./common";
export { join } from "./join";
export { practice } from "./practice";
export { report } from "./report";
export { room } from "./room";
