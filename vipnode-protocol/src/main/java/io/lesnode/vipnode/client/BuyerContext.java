package io.lesnode.vipnode.client;

import io.lesnode.primitives.Address;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** What the deals with all servers share; see {@link Buyers}. */
interface BuyerContext {

  /**
   * Who we are.
   *
   * @param nodeId hash of our node key
   * @param payAddress the account that pays; empty: money is kept under our node id
   */
  record Self(Bytes32 nodeId, UInt256 chainId, Bytes32 genesisHash, Optional<Address> payAddress) {}

  /**
   * With whom we deal; the connection proves both.
   *
   * @param nodeId hash of its node key
   * @param nodeKey 64 bytes
   */
  record Server(Bytes32 nodeId, Bytes nodeKey) {}

  /** Who we are. */
  Self self();

  /** What the user wants. */
  Demand demand();

  /** What may be spent. */
  Budget budget();

  /** Whether this server is among those that are worth being paid. */
  boolean mayBuy(Bytes32 server);

  /** See {@link ServiceValue}. */
  ServiceValue.Served served(Bytes32 server);

  /** A request id that was not used before. */
  long nextRequestId();
}
