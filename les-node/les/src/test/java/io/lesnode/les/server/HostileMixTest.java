package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.cost.CostModel;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.les.wire.LesMessage.Resume;
import io.lesnode.les.wire.LesMessage.SendTxV2;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/**
 * Hostile clients cost themselves only: an obedient client that pays is served as much beside them
 * as beside obedient strangers, and its credit promise is kept. On a simulated clock, with serving
 * times as estimated, everything in a reproducible order.
 */
class HostileMixTest {

  private static final long MILLI_NANOS = 1_000_000;
  private static final long SIMULATED_MILLIS = 4_000;
  private static final int STRANGERS = 10;
  private static final long PAID_CAPACITY = 200_000;
  private static final double TOLERATED = 0.95;
  private static final long SEED = 20_261_121;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<SimClient> everybody = new ArrayList<>();
  private int numbers;

  private SimServer server() {
    everybody.clear();
    return SimServer.of(
        LesServerConfig.of(9, 100, 30),
        new FakeServedChain(),
        new ManualLoop(),
        kind -> kind.averageTimeNanos().of(1));
  }

  /** What a client does in each millisecond. */
  private interface Behaviour {
    void step();
  }

  /** Sends single headers whenever its estimate of the buffer allows it. */
  private final class Obedient implements Behaviour {
    private final SimServer server;
    private final SimClient client;
    private final CostTable costs = CostModel.ofServePercent(100).costTable(1);
    private final ServerCredit credit;
    private long requestId;
    private long answered;
    private long stops;

    Obedient(SimServer server) {
      this.server = server;
      client = connect(server);
      credit = new ServerCredit(CreditParams.ofCapacity(16_000), server.loop.nowNanos());
    }

    @Override
    public void step() {
      long nowNanos = server.loop.nowNanos();
      for (LesMessage message : client.received()) {
        switch (message) {
          case LesMessage.Reply reply -> {
            answered++;
            credit.onReply(reply.requestId(), reply.bufferValue(), nowNanos);
          }
          case Announce announce -> {
            if (announce.update().contains(StatusKeys.MIN_RECHARGE)) {
              credit.updateParams(
                  CreditParams.ofCapacity(
                      announce.update().requireUnsignedLong(StatusKeys.MIN_RECHARGE)),
                  nowNanos);
            }
          }
          case Resume resume -> credit.onResume(resume.bufferValue(), nowNanos);
          case LesMessage.Stop stop -> stops++;
          default -> throw new AssertionError("unexpected " + message);
        }
      }
      long cost = costs.maxCost(RequestKind.HEADERS, 1, credit.params().bufferLimit());
      while (!client.link.isPaused() && credit.canSend(cost, nowNanos).now()) {
        credit.onQueued(++requestId, cost, nowNanos);
        client.send(new GetBlockHeaders(requestId, HashOrNumber.of(0), 1, 0, false));
      }
    }
  }

  /** Does as its number says, and comes back when it is thrown out. */
  private final class Hostile implements Behaviour {
    private static final int KINDS = 6;
    private static final int STRIDE_MILLIS = 4;
    private static final int BURST = 10;

    private final SimServer server;
    private final int kind;
    private final int code;
    private final Bytes payload;
    private SimClient client;

    Hostile(SimServer server, int number) {
      this.server = server;
      this.kind = number % KINDS;
      this.client = connect(server);
      LesMessage message = message();
      this.code = message.code();
      this.payload = LesCodec.encode(message);
    }

    @Override
    public void step() {
      if (!client.isConnected()) {
        client.session.onClosed(io.lesnode.devp2p.DisconnectReason.REQUESTED, false);
        server.loop.run();
        client = connect(server);
      }
      if (server.loop.nowNanos() / MILLI_NANOS % STRIDE_MILLIS != 0) {
        return;
      }
      for (int i = 0; i < BURST && !client.link.isPaused(); i++) {
        client.session.onMessage(code, payload);
      }
      server.loop.run();
      if (kind == 4) {
        client.session.onWritabilityChanged(random.nextInt(100) == 0); // hardly ever reads
      } else {
        client.link.sent().clear();
      }
    }

    private LesMessage message() {
      return switch (kind) {
        // the same request id again and again
        case 0 -> new GetBlockHeaders(7, HashOrNumber.of(0), 192, 0, false);
        // as much as it can, whatever its credit
        case 1 -> new GetBlockBodies(random.nextLong(), Collections.nCopies(32, Bytes32.ZERO));
        // more items than allowed
        case 2 -> new GetBlockBodies(random.nextLong(), Collections.nCopies(4000, Bytes32.ZERO));
        // things that do not exist
        case 3 -> {
          byte[] hash = new byte[32];
          random.nextBytes(hash);
          yield new GetProofsV2(
              random.nextLong(),
              Collections.nCopies(
                  64, new ProofQuery(Bytes32.wrap(hash), Bytes.EMPTY, Bytes.wrap(hash), 0)));
        }
        case 4 -> new GetBlockHeaders(random.nextLong(), HashOrNumber.of(0), 192, 0, false);
        default -> new SendTxV2(random.nextLong(), List.of());
      };
    }
  }

  private SimClient connect(SimServer server) {
    SimClient client = new SimClient(server, LesVersion.LES4, numbers++).greet();
    everybody.add(client);
    return client;
  }

  private Obedient paying(SimServer server) {
    Obedient paying = new Obedient(server);
    server.desk.addBalance(paying.client.id(), Long.MAX_VALUE / 2, stored -> {});
    server.desk.setClientParams(
        List.of(paying.client.id()), ClientParams.ofCapacity(PAID_CAPACITY));
    return paying;
  }

  private void run(SimServer server, List<? extends Behaviour> clients) {
    for (int milli = 0; milli < SIMULATED_MILLIS; milli++) {
      clients.forEach(Behaviour::step);
      server.loop.advance(MILLI_NANOS);
      if (milli % 1000 == 0) {
        assertBuffers(server);
      }
    }
  }

  private static void assertBuffers(SimServer server) {
    for (ServedClients.Member member : server.state.clients().members()) {
      ClientCredit.BufferStatus status = member.client().bufferStatus(server.loop.nowNanos());
      assertThat(status.bufferValue()).isBetween(0L, status.bufferLimit());
    }
  }

  private Obedient amidstObedient(boolean bonus) {
    SimServer server = server();
    server.state.setImporting(!bonus);
    List<Behaviour> clients = new ArrayList<>();
    Obedient paying = paying(server);
    clients.add(paying);
    for (int i = 0; i < STRANGERS; i++) {
      clients.add(new Obedient(server));
    }
    run(server, clients);
    return paying;
  }

  private Obedient amidstHostile(boolean bonus) {
    SimServer server = server();
    server.state.setImporting(!bonus);
    List<Behaviour> clients = new ArrayList<>();
    Obedient paying = paying(server);
    clients.add(paying);
    for (int i = 0; i < STRANGERS; i++) {
      clients.add(new Hostile(server, i));
    }
    run(server, clients);
    assertSettled(server);
    return paying;
  }

  private Obedient alone() {
    SimServer server = server();
    server.state.setImporting(true);
    Obedient paying = paying(server);
    run(server, List.of(paying));
    return paying;
  }

  /** Nothing stays under way, and every client's tickets are settled. */
  private void assertSettled(SimServer server) {
    server.loop.advance(10_000 * MILLI_NANOS);
    for (ServedClients.Member member : server.state.clients().members()) {
      assertThat(member.client().requestsUnderWay()).isZero();
      assertThat(member.client().unsettledTickets()).isZero();
    }
    for (SimClient client : everybody) {
      assertThat(client.backlog.messages()).isZero();
    }
    assertThat(server.state.workers().load().running()).isZero();
    assertThat(server.state.workers().load().waiting()).isZero();
  }

  @Test
  void whatIsPromisedIsServedBesideHostileClients() {
    Obedient alone = alone();
    Obedient beside = amidstHostile(false);
    print("promised", alone, beside);
    assertThat(beside.stops).isZero();
    assertThat((double) beside.answered).isGreaterThanOrEqualTo(TOLERATED * alone.answered);
  }

  @Test
  void theBonusIsNoSmallerBesideHostileClientsThanBesideObedientOnes() {
    Obedient beforehand = amidstObedient(true);
    Obedient beside = amidstHostile(true);
    print("with bonus", beforehand, beside);
    assertThat(beside.stops).isZero();
    assertThat((double) beside.answered).isGreaterThanOrEqualTo(TOLERATED * beforehand.answered);
  }

  private static void print(String what, Obedient without, Obedient with) {
    System.out.printf(
        "LES server: paying client, %s: %d requests in %d s, %d beside %d hostile clients%n",
        what, without.answered, SIMULATED_MILLIS / 1000, with.answered, STRANGERS);
  }
}
