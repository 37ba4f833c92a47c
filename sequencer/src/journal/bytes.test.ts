import { describe, expect, it } from '@jest/globals';
import { ByteReader, ByteWriter } from './bytes.js';

describe('the growing buffer', () => {
  it('keeps everything when any of its writes makes it grow', () => {
    for (let filled = 0; filled <= 16; filled++) {
      const writer = new ByteWriter(16);
      const head = new Uint8Array(filled).fill(7);
      writer.fixed(head);
      writer.u8(1);
      writer.u32(0x0203_0405);
      writer.u64(6n);
      writer.bytes(new Uint8Array(100).fill(8));
      const reader = new ByteReader(writer.take());
      expect(Buffer.from(reader.fixed(filled))).toEqual(Buffer.from(head));
      expect([reader.u8(), reader.u32(), reader.u64()]).toEqual([1, 0x0203_0405, 6n]);
      expect(Buffer.from(reader.bytes())).toEqual(Buffer.alloc(100, 8));
      expect(reader.done()).toBe(true);
    }
  });
});
