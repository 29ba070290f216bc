package io.lesnode.app.node;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.config.VipServeSettings;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.chain.seal.DevGenesis;
import io.lesnode.chain.seal.DevSealer;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Makes a full node that seals a dev chain of its own: clique with one signer, whose account also
 * owns the ether. Stateless.
 */
public final class DevNode {
  /**
   * The secret key of the faucet, the same for everybody and every dev chain, so that tools can be
   * set up once. Worth nothing anywhere else: never use it on a real chain.
   */
  public static final KeyPair FAUCET =
      KeyPair.ofSecret(
          Bytes32.fromHexString(
              "0xb71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291"));

  /**
   * The account that a dev chain's server is paid at unless another is named: not the faucet, so
   * that the faucet can be the one who pays. As public, and as worthless elsewhere.
   */
  public static final KeyPair SELLER =
      KeyPair.ofSecret(
          Bytes32.fromHexString(
              "0x5e11e25e11e25e11e25e11e25e11e25e11e25e11e25e11e25e11e25e11e25e11"));

  private static final UInt256 SELLER_BALANCE = UInt256.valueOf(10).pow(21);
  private static final long SEALING_END_SECONDS = 5;

  private DevNode() {}

  /**
   * Starts a dev chain, or goes on with the one in the folder.
   *
   * @param periodSeconds the time between blocks; 0 seals whenever there is a transaction
   * @throws NodeFailure if a port, a file or the folder cannot be used
   */
  public static FullNode start(
      Path datadir,
      long periodSeconds,
      PeerSettings peers,
      LightServeSettings light,
      HttpSettings http,
      EndpointSettings endpoints) {
    return start(datadir, periodSeconds, peers, light, http, endpoints, Optional.empty());
  }

  /**
   * The same with what it sells.
   *
   * @param vip how priority is sold; empty: it is not
   */
  public static FullNode start(
      Path datadir,
      long periodSeconds,
      PeerSettings peers,
      LightServeSettings light,
      HttpSettings http,
      EndpointSettings endpoints,
      Optional<VipServeSettings> vip) {
    Path genesis = writeGenesis(datadir, periodSeconds);
    ChainSettings chain =
        new ChainSettings(datadir, Optional.of(genesis), OptionalLong.empty(), false, true);
    return FullNode.start(
        new FullNode.Settings(
            chain,
            peers,
            light,
            http,
            endpoints,
            Optional.empty(),
            Optional.of(DevNode::seal),
            vip));
  }

  private static Path writeGenesis(Path datadir, long periodSeconds) {
    Path file = ChainFolder.folder(datadir).resolve("genesis.json");
    try {
      return Files.writeString(file, DevGenesis.json(FAUCET.address(), periodSeconds, beginning()));
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "the genesis of the dev chain cannot be written",
          unwritable.toString(),
          "Choose another folder with --datadir, or correct the permissions",
          unwritable);
    }
  }

  /** What is on the chain beside the faucet: always in the same order, as it makes a file. */
  private static Map<Address, DevGenesis.Entry> beginning() {
    Map<Address, DevGenesis.Entry> entries =
        new TreeMap<>(Comparator.comparing(Address::toHexString));
    DevContracts.artifacts()
        .forEach(
            (address, contract) ->
                entries.put(
                    address, new DevGenesis.Entry(UInt256.ZERO, contract.deployedBytecode())));
    entries.put(SELLER.address(), new DevGenesis.Entry(SELLER_BALANCE, Bytes.EMPTY));
    return entries;
  }

  private static AutoCloseable seal(Blockchain chain, TxPool pool) {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dev-sealer").factory());
    DevSealer sealer = new DevSealer(chain, pool, FAUCET, thread, InstantSource.system());
    sealer.start();
    return () -> {
      sealer.close();
      thread.shutdown();
      if (!thread.awaitTermination(SEALING_END_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    };
  }
}
