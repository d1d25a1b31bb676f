// A kiosk page without its page: connects as told, prints every event as a line of JSON, emits what comes on stdin.
// usage: node kiosk_client.mjs http://127.0.0.1:8000 '["websocket"]'
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [address, transports] = process.argv.slice(2);
const print = (event, data) => process.stdout.write(JSON.stringify({ event, data }) + "\n");
const socket = io(address, { transports: JSON.parse(transports) });

socket.onAny((event, data) => print(event, data));
socket.on("connect", () => {
  print("connect", socket.io.engine.transport.name);
  socket.io.engine.on("upgrade", (transport) => print("upgrade", transport.name));
});
socket.on("disconnect", (reason) => print("disconnect", reason));
socket.on("connect_error", (error) => print("connect_error", String(error.message)));

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const { event, data } = JSON.parse(line);
  socket.emit(event, data);
});
lines.on("close", () => socket.disconnect());
