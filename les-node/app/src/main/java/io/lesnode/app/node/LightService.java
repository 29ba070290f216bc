package io.lesnode.app.node;

import io.lesnode.app.config.LightServeSettings;
import io.lesnode.chain.store.ServerStore;
import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.pool.BalanceStoreException;
import io.lesnode.les.server.FreeClientId;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.server.LesServerConfig;
import io.lesnode.les.server.MeasuredCosts;
import io.lesnode.les.server.ServedChain;
import io.lesnode.les.server.TransactionRelay;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.file.Path;

/** Starts the LES server of a full node with the store of its balances. Stateless. */
final class LightService {

  /** The folder of the balances below the data folder, named as geth names it. */
  private static final String FOLDER = "les.server";

  private LightService() {}

  /**
   * Starts serving; both parts end with the node.
   *
   * @throws NodeFailure if a stored balance cannot be read
   * @throws io.lesnode.chain.store.StoreException if the store cannot be used
   */
  static LesServer start(
      LightServeSettings light,
      long networkId,
      ServedChain chain,
      TransactionRelay pool,
      KeyPair nodeKey,
      Path datadir,
      Parts parts) {
    Path folder = datadir.resolve(FOLDER);
    ServerStore store = parts.add("balances", ServerStore.open(folder));
    try {
      LesServer server =
          parts.add(
              "LES server",
              LesServer.start(
                  config(light, networkId, baseCosts(light, datadir)),
                  chain,
                  pool,
                  nodeKey,
                  store));
      server.setSynced(true); // what was imported is all there is
      return server;
    } catch (BalanceStoreException | IllegalArgumentException damaged) {
      throw new NodeFailure(
          "the balances of light clients in " + folder + " cannot be read",
          String.valueOf(damaged.getMessage()),
          "Put back a copy of that folder, or move it away to start without balances",
          damaged);
    }
  }

  private static BaseCosts baseCosts(LightServeSettings light, Path datadir) {
    if (!light.measuredCosts()) {
      return BaseCosts.geth();
    }
    Path file = datadir.resolve(MeasuredCosts.FILE_NAME);
    try {
      return MeasuredCosts.load(file)
          .orElseThrow(
              () ->
                  new NodeFailure(
                      "there are no measured costs to serve with",
                      file + " does not exist",
                      "Measure with 'les benchmark-server --datadir "
                          + datadir
                          + "', or leave --light.costs out",
                      null))
          .toBaseCosts();
    } catch (MeasuredCosts.UnusableException damaged) {
      throw new NodeFailure(
          "there are no measured costs to serve with",
          String.valueOf(damaged.getMessage()),
          "",
          damaged);
    }
  }

  private static LesServerConfig config(LightServeSettings light, long networkId, BaseCosts costs) {
    return LesServerConfig.builder(networkId, light.servePercent(), light.maxClients())
        .bandwidth(light.ingressKilobytes(), light.egressKilobytes())
        .reserve(light.ownClients(), light.reservePercent())
        .freeFloor(light.freeFloorPercent())
        .freeClientId(new FreeClientId(light.freePrefix4Bits(), light.freePrefix6Bits()))
        .servesUnsynced(light.servesUnsynced())
        .announceOnly(light.announceOnly())
        .baseCosts(costs)
        .build();
  }
}
