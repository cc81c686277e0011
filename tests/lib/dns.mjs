// A name server for tests: `const dns = await startDns({'shop.example': {TXT: ['v=spf1 -all'], MX:
// ['mail.shop.example']}})`, then `--dns dns.address`. Names that are not listed do not exist.
import {createSocket} from 'node:dgram';

const TYPES = {16: 'TXT', 15: 'MX'};
const packName = name =>
  Buffer.concat([...name.split('.').map(part => Buffer.from([part.length, ...Buffer.from(part)])), Buffer.from([0])]);
const data = {
  TXT: text =>
    Buffer.concat((text.match(/[^]{1,200}/g) ?? ['']).map(part => Buffer.from([part.length, ...Buffer.from(part)]))),
  MX: host => Buffer.concat([Buffer.from([0, 10]), packName(host)]),
};

function answer(query, zone) {
  let at = 12;
  const parts = [];
  for (; query[at] !== 0; at += query[at] + 1) parts.push(query.subarray(at + 1, at + 1 + query[at]).toString());
  const kind = TYPES[query.readUInt16BE(at + 1)];
  const question = query.subarray(12, at + 5);
  const known = zone[parts.join('.').toLowerCase()];
  const records = (known?.[kind] ?? []).map(text => {
    const bytes = data[kind](text);
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc00c, 0);
    head.writeUInt16BE(query.readUInt16BE(at + 1), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(60, 6);
    head.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([head, bytes]);
  });
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (known ? 0 : 3), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, question, ...records]);
}

export async function startDns(zone) {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(answer(query, zone), from.port, from.address));
  await new Promise(done => socket.bind(0, '127.0.0.1', done));
  return {address: `127.0.0.1:${socket.address().port}`, zone, stop: () => new Promise(done => socket.close(done))};
}
