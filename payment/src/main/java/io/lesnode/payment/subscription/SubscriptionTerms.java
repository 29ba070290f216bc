package io.lesnode.payment.subscription;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/**
 * The terms of a provider beside its plan in the contract.
 *
 * @param provider whose plan it is
 * @param tokensPerSecond what a member gets
 * @param epochSeconds how often
 */
record SubscriptionTerms(Address provider, long tokensPerSecond, long epochSeconds) {

  Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          writer.writeValue(provider.bytes());
          writer.writeLong(tokensPerSecond);
          writer.writeLong(epochSeconds);
        });
  }

  /** Reads the terms; unknown trailing elements are ignored. */
  static SubscriptionTerms decode(Bytes encoded) {
    RlpReader reader = RlpReader.of(encoded).enterList();
    return new SubscriptionTerms(
        Address.of(reader.readFixedBytes(Address.SIZE_BYTES)),
        reader.readLong(),
        reader.readLong());
  }
}
