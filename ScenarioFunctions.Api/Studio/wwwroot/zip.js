/** Writes a zip whose files are stored as they are: pictures are compressed already. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

function checksum(bytes) {
  let sum = ~0;
  for (const byte of bytes) sum = (sum >>> 8) ^ table[(sum ^ byte) & 255];
  return ~sum >>> 0;
}

/** Little-endian numbers: `[size in bytes, value]` each. */
function numbers(...fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

export class Zip {
  #parts = [];
  #entries = [];
  #size = 0;
  #time;

  constructor(date) {
    const day = ((Math.max(date.getFullYear(), 1980) - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
    this.#time = [[2, (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1)], [2, day]];
  }

  add(path, bytes) {
    const name = new TextEncoder().encode(path);
    // Version 2.0, names in UTF-8, stored.
    const fields = [[2, 20], [2, 0x800], [2, 0], ...this.#time, [4, checksum(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]];
    this.#entries.push(numbers([4, 0x02014b50], [2, 20], ...fields, [2, 0], [2, 0], [2, 0], [4, 0], [4, this.#size]), name);
    const header = numbers([4, 0x04034b50], ...fields);
    // A blob can be kept on disk.
    this.#parts.push(header, name, new Blob([bytes]));
    this.#size += header.length + name.length + bytes.length;
  }

  end() {
    const [count, length] = [this.#entries.length / 2, this.#entries.reduce((sum, part) => sum + part.length, 0)];
    const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, length], [4, this.#size], [2, 0]);
    return new Blob([...this.#parts, ...this.#entries, end], { type: 'application/zip' });
  }
}
