package io.lesnode.vipnode.pool;

import io.lesnode.primitives.Address;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Who is at the other end of a connection with a pool, as far as it is proven.
 *
 * @param id its node id, proven by RLPx
 * @param nodeKey its public node key, 64 bytes
 * @param payAddress the account that it proved to have, in its Status for this pool
 * @param genesisHash the chain of its Status
 * @param clientName the name in its Hello
 * @param address where its connection comes from, as a literal address
 */
public record Member(
    Bytes32 id,
    Bytes nodeKey,
    Optional<Address> payAddress,
    Bytes32 genesisHash,
    String clientName,
    String address) {

  /** Under which name its money is kept; as {@code Counterparty.moneyOwner()}. */
  public Bytes moneyOwner() {
    return payAddress.<Bytes>map(Address::bytes).orElse(id);
  }
}
