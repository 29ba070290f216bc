package io.lesnode.primitives;

import org.apache.tuweni.bytes.Bytes32;

/** The hashes of nothing: of an empty trie, empty code and an empty list of uncles. */
public final class EmptyHashes {
  /** The root of a trie without entries: keccak256(0x80). */
  public static final Bytes32 TRIE_ROOT =
      Bytes32.fromHexString("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

  /** The hash of empty code: keccak256 of nothing. */
  public static final Bytes32 CODE =
      Bytes32.fromHexString("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");

  /** The hash of an empty RLP list: keccak256(0xc0). */
  public static final Bytes32 OMMERS =
      Bytes32.fromHexString("0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");

  private EmptyHashes() {}
}
