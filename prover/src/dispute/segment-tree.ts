import { concat, type Hash, keccak256, zeroHash } from 'viem';

/**
 * The Merkle tree of a section's segments (docs/spec/l1.md, "Dispute game"): leaf `i` is made of the hashes at both ends of segment `i`,
 * and a missing right node is zero.
 */
export class SegmentTree {
  private readonly rows: readonly (readonly Hash[])[];

  /** `hashes`: one more than there are segments. */
  constructor(hashes: readonly Hash[]) {
    const rows: Hash[][] = [hashes.slice(1).map((end, index) => node(hashes[index], end))];
    for (let row = rows[0] as Hash[]; row.length > 1; rows.push(row)) row = above(row);
    this.rows = rows;
  }

  get root(): Hash {
    return this.rows.at(-1)?.[0] ?? zeroHash;
  }

  /** Siblings of segment `index`, from the bottom up. */
  proof(index: number): Hash[] {
    return this.rows.slice(0, -1).map((row, level) => row[(index >> level) ^ 1] ?? zeroHash);
  }
}

const node = (left: Hash = zeroHash, right: Hash = zeroHash): Hash => keccak256(concat([left, right]));

const above = (row: readonly Hash[]): Hash[] =>
  row.filter((_, index) => index % 2 === 0).map((left, index) => node(left, row[2 * index + 1]));
