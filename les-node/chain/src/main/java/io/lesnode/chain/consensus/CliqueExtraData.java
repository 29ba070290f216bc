package io.lesnode.chain.consensus;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.MutableBytes;

/**
 * The layout of a clique header's extra-data: 32 bytes vanity, on checkpoints the signers, 65 bytes
 * seal.
 *
 * <p>Reference: EIP-225.
 */
final class CliqueExtraData {
  static final int VANITY_BYTES = 32;
  static final int SEAL_BYTES = 65;
  static final int ADDRESS_BYTES = 20;

  private CliqueExtraData() {}

  /**
   * Returns the signers that a checkpoint header lists, in its order.
   *
   * @throws InvalidBlockException if the extra-data is too short or no whole number of addresses
   */
  static List<Address> signers(BlockHeader header) {
    Bytes extra = header.extraData();
    int listBytes = extra.size() - VANITY_BYTES - SEAL_BYTES;
    if (listBytes < 0) {
      throw new InvalidBlockException(
          extra.size() < VANITY_BYTES
              ? "extra-data 32 byte vanity prefix missing"
              : "extra-data 65 byte signature suffix missing");
    }
    if (listBytes % ADDRESS_BYTES != 0) {
      throw new InvalidBlockException("invalid signer list on checkpoint block");
    }
    List<Address> signers = new ArrayList<>(listBytes / ADDRESS_BYTES);
    for (int offset = VANITY_BYTES; offset < VANITY_BYTES + listBytes; offset += ADDRESS_BYTES) {
      signers.add(Address.of(extra.slice(offset, ADDRESS_BYTES)));
    }
    return signers;
  }

  /**
   * Returns extra-data with room for the seal: vanity cut or padded to 32 bytes, signers, zeros.
   */
  static Bytes unsealed(Bytes vanity, List<Address> signers) {
    MutableBytes extra =
        MutableBytes.create(VANITY_BYTES + signers.size() * ADDRESS_BYTES + SEAL_BYTES);
    vanity.slice(0, Math.min(VANITY_BYTES, vanity.size())).copyTo(extra, 0);
    for (int i = 0; i < signers.size(); i++) {
      signers.get(i).bytes().copyTo(extra, VANITY_BYTES + i * ADDRESS_BYTES);
    }
    return extra;
  }

  /** Returns the last 65 bytes: r, s and the recovery bit. */
  static Bytes seal(BlockHeader header) {
    if (header.extraData().size() < SEAL_BYTES) {
      throw new InvalidBlockException("extra-data 65 byte signature suffix missing");
    }
    return header.extraData().slice(header.extraData().size() - SEAL_BYTES);
  }

  /** Returns everything but the last 65 bytes. */
  static Bytes withoutSeal(Bytes extraData) {
    if (extraData.size() < SEAL_BYTES) {
      throw new InvalidBlockException("extra-data 65 byte signature suffix missing");
    }
    return extraData.slice(0, extraData.size() - SEAL_BYTES);
  }
}
