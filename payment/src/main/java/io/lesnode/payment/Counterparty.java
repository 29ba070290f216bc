package io.lesnode.payment;

import io.lesnode.primitives.Address;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Who is on the other side of a connection.
 *
 * @param nodeId the keccak hash of its node key: proven by the RLPx handshake
 * @param nodeKey its uncompressed public node key, 64 bytes
 * @param payAddress the account that it pays with or is paid at, if its binding signature proved
 *     that the same person has both; money of a peer is kept under it
 */
public record Counterparty(Bytes32 nodeId, Bytes nodeKey, Optional<Address> payAddress) {

  /** Under which name its money is kept: the account that it proved, or else its node id. */
  public Bytes moneyOwner() {
    return payAddress.<Bytes>map(Address::bytes).orElse(nodeId);
  }
}
