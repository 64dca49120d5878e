// npm's ws through the gateway: URLS (space-separated) are those of a server that sends back what comes.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import WebSocket from "ws";

const sizes = [0, 1, 125, 126, 127, 65535, 65536, 65537, 1024 * 1024];

function check(what, holds) {
  if (!holds) throw new Error(`not so: ${what}`);
}

async function exchange(socket, message) {
  const answered = once(socket, "message");
  socket.send(message);
  const [data, isBinary] = await answered;
  check(`${message.length} come back`, Buffer.compare(data, Buffer.from(message)) === 0);
  check("as what they were", isBinary === (typeof message !== "string"));
}

async function use(url, perMessageDeflate) {
  const headers = { authorization: `Bearer ${process.env.TOKEN}` };
  const socket = new WebSocket(url, { headers, perMessageDeflate });
  await once(socket, "open");
  check("the extension", (socket.extensions === "permessage-deflate") === perMessageDeflate);
  for (const size of sizes) {
    await exchange(socket, randomBytes(size));
    await exchange(socket, "x".repeat(size));
  }
  const whole = once(socket, "message");
  socket.send("frag", { fin: false });
  const pong = once(socket, "pong");
  socket.ping("between fragments");
  check("a ping between fragments", (await pong)[0].toString() === "between fragments");
  socket.send("ments", { fin: true });
  check("fragments", (await whole)[0].toString() === "fragments");
  const closed = once(socket, "close");
  socket.send("close 4003");
  check("the server's close", (await closed)[0] === 4003);
}

async function refused(url) {
  const socket = new WebSocket(url);
  const [error] = await once(socket, "unexpected-response").then(([, response]) => [response.statusCode]);
  check("refused without a token", error === 401);
  socket.on("error", () => {});
  socket.terminate();
}

for (const url of process.env.URLS.split(" ")) {
  for (const compressed of [false, true]) {
    await use(url, compressed);
    console.log(`ok ws ${url.split(":")[0]} ${compressed ? "deflate" : "uncompressed"}`);
  }
  await refused(url);
}
process.exit(0);
