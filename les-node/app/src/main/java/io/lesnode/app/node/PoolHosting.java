package io.lesnode.app.node;

import io.lesnode.app.config.PoolHostSettings;
import io.lesnode.app.config.VipServeSettings;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.server.ServerInfo;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.payment.hub.HubMethod;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.LocalChainView;
import io.lesnode.vip.VipServer;
import io.lesnode.vip.pool.CapacityMeter;
import io.lesnode.vip.pool.Earnings;
import io.lesnode.vip.pool.HostMembership;
import io.lesnode.vip.pool.PoolGrants;
import io.lesnode.vip.pool.VipIdentity;
import io.lesnode.vipnode.pool.PoolRules;
import io.lesnode.vipnode.pool.ServedChain;
import io.lesnode.vipnode.pool.TokenPrice;
import io.lesnode.vipnode.wire.PoolGrant;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A server's part in a pool: takes the pool's grants, meters what their clients hold, states it.
 * Thread-safe.
 */
final class PoolHosting implements AutoCloseable {
  private static final long HOUR_SECONDS = 3_600;

  private final Enode pool;
  private final CapacityMeter meter;
  private final HubMethod method;
  private final HostMembership membership;
  private final AtomicInteger port = new AtomicInteger();

  private PoolHosting(
      PoolHostSettings settings,
      VipServeSettings vip,
      LesServer les,
      Blockchain chain,
      KeyPair nodeKey) {
    pool = settings.pool();
    InstantSource clock = InstantSource.system();
    meter = new CapacityMeter(clock);
    PoolRules rules = PoolRules.standard();
    Bytes32 poolId = pool.nodeId().hash();
    Bytes32 genesisHash = chain.genesis().hash();
    VipIdentity self =
        new VipIdentity(
            nodeKey,
            vip.account(),
            UInt256.valueOf(chain.config().chainId().toLong()),
            genesisHash);
    ServerInfo info = les.serverInfo();
    long capacity = settings.capacity().orElse(info.totalCapacity() / 2);
    TokenPrice price =
        new TokenPrice(
            settings
                .priceWeiPerGigaToken()
                .orElseGet(() -> priceOfHour(vip.hourPriceWei(), info.minimumCapacity())));
    ForkId.Schedule schedule = ForkId.Schedule.of(chain.config(), genesisHash);
    membership =
        new HostMembership(
            self,
            poolId,
            new HostMembership.Terms(
                () -> served(schedule, chain.head().header()),
                capacity,
                price,
                port::get,
                Optional.empty()),
            rules,
            () -> Optional.of(LocalChainView.headOf(chain.head().header())),
            meter,
            Earnings.ELSEWHERE,
            clock);
    method = PoolGrants.method(self.id(), poolId, rules, capacity, this::onUsed);
  }

  /** The part of a pool that the settings name, if they do. */
  static Optional<PoolHosting> of(
      VipServeSettings vip, LesServer les, Blockchain chain, KeyPair nodeKey) {
    return vip.pool().map(settings -> new PoolHosting(settings, vip, les, chain, nodeKey));
  }

  /** The price of a token by that of an hour at the least capacity, rounded up. */
  private static long priceOfHour(UInt256 hourWei, long minCapacity) {
    BigInteger tokens = BigInteger.valueOf(TokenPrice.tokens(minCapacity, HOUR_SECONDS));
    BigInteger giga = BigInteger.valueOf(1_000_000_000L);
    BigInteger price =
        hourWei
            .toUnsignedBigInteger()
            .multiply(giga)
            .add(tokens.subtract(BigInteger.ONE))
            .divide(tokens);
    return price.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
  }

  private static ServedChain served(ForkId.Schedule schedule, BlockHeader head) {
    return new ServedChain(
        schedule.genesisHash(),
        schedule.idAt(head.number(), head.timestamp()).hash(),
        Arrays.stream(LesVersion.values()).map(LesVersion::number).collect(Collectors.toSet()));
  }

  private void onUsed(PoolGrant grant) {
    membership.onGrant(grant); // before the meter runs: its interval starts here
    meter.start(grant.client(), grant.capacity());
  }

  /** How clients of the pool pay. */
  HubMethod method() {
    return method;
  }

  /** Joins the server that sells. To be called before peers connect. */
  void sellWith(VipServer server) {
    server.addRole(membership.role(meter::stop));
    server.setPools(List.of(pool.nodeId().hash()));
  }

  /** The node has peers now. */
  void started(P2pServer p2p) {
    port.set(p2p.self().tcpPort());
    p2p.addPeer(pool);
  }

  @Override
  public void close() {
    membership.close();
  }
}
