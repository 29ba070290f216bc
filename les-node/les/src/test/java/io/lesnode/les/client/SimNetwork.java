package io.lesnode.les.client;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.les.wire.LesMessage;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A bad network between a real light client and scripted servers, on virtual time and from a seed:
 * messages take their time, are lost, overtake each other; servers fall silent, freeze the client,
 * cut the connection and are dialled again. Confined to the test's thread.
 */
final class SimNetwork {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * How the way to one server is.
   *
   * @param minNanos the least time of a message
   * @param maxNanos the longest
   * @param loss the share of replies that never come
   * @param overtaking whether replies may overtake each other
   * @param cut the share of messages at which the connection ends
   * @param freeze the share of replies instead of which the server stops the client
   * @param thawNanos how long it is stopped, below zero for ever
   * @param refusal the share of dials that fail
   */
  record Weather(
      long minNanos,
      long maxNanos,
      double loss,
      boolean overtaking,
      double cut,
      double freeze,
      long thawNanos,
      double refusal) {
    static final Weather FAIR = new Weather(MILLI, MILLI, 0, false, 0, 0, 0, 0);

    /** Slow, but everything arrives. */
    static Weather slow(long maxNanos) {
      return new Weather(MILLI, maxNanos, 0, true, 0, 0, 0, 0);
    }
  }

  /** One server and the way to it. */
  final class Host implements FakeServer.Carrier {
    final FakeServer server;
    private Weather weather;
    private int cutAt = -1;
    private int freezeAt = -1;
    private boolean gone;
    private boolean refusing;
    private boolean frozen;
    private int messages;
    private int dials;
    private long lastToClientNanos;
    private long lastToServerNanos;

    private Host(FakeServer server, Weather weather) {
      this.server = server;
      this.weather = weather;
      server.carrier(this);
    }

    /** Ends the connection at the message of that index, both directions counted from 0. */
    Host cutAt(int index) {
      cutAt = index;
      return this;
    }

    /** Stops the client instead of the message of that index. */
    Host freezeAt(int index, long thawNanos) {
      freezeAt = index;
      weather = new Weather(weather.minNanos, weather.maxNanos, 0, false, 0, 0, thawNanos, 0);
      return this;
    }

    /** After the first cut it cannot be dialled any more. */
    Host goneAfterwards() {
      gone = true;
      return this;
    }

    /** How many messages went either way. */
    int messages() {
      return messages;
    }

    /** From now on dials fail, or do not. */
    Host refusing(boolean refuses) {
      refusing = refuses;
      return this;
    }

    /** How often it was dialled. */
    int dials() {
      return dials;
    }

    private boolean accepts() {
      if (refusing) {
        dials++;
        return false;
      }
      return !(gone && dials > 0) && !server.isConnected() && !isLikely(weather.refusal);
    }

    private void connect() {
      dials++;
      frozen = false;
      lastToClientNanos = 0;
      lastToServerNanos = 0;
      server.connectTo(bench.engine);
    }

    @Override
    public long carryNanos(boolean toClient, int code) {
      int index = messages++;
      if (index == cutAt || isLikely(weather.cut)) {
        loop().execute(() -> server.disconnect(DisconnectReason.NETWORK_ERROR));
        return -1;
      }
      boolean reply = toClient && isReply(code);
      if (reply && (frozen || isLikely(weather.loss))) {
        return -1;
      }
      if (reply && !frozen && (index == freezeAt || isLikely(weather.freeze))) {
        freeze();
        return -1;
      }
      return arrival(toClient, reply);
    }

    private void freeze() {
      frozen = true;
      server.send(new LesMessage.Stop());
      if (weather.thawNanos >= 0) {
        loop()
            .schedule(
                weather.thawNanos,
                () -> {
                  frozen = false;
                  server.send(new LesMessage.Resume(FakeServer.BUFFER_LIMIT / 2));
                });
      }
    }

    private long arrival(boolean toClient, boolean reply) {
      long now = loop().nowNanos();
      long delay = weather.minNanos;
      if (weather.maxNanos > weather.minNanos) {
        delay += random.nextLong(weather.maxNanos - weather.minNanos);
      }
      if (reply && weather.overtaking) {
        return delay;
      }
      long earliest = toClient ? lastToClientNanos : lastToServerNanos;
      long at = Math.max(now + delay, earliest);
      if (toClient) {
        lastToClientNanos = at;
      } else {
        lastToServerNanos = at;
      }
      return at - now;
    }
  }

  private final Bench bench;
  private final Random random;
  private final Map<NodeId, Host> hosts = new HashMap<>();

  SimNetwork(Bench bench, long seed) {
    this.bench = bench;
    this.random = new Random(seed);
  }

  private VirtualLoop loop() {
    return bench.loop;
  }

  private boolean isLikely(double share) {
    return share > 0 && random.nextDouble() < share;
  }

  /** Adds a server that the client keeps connected. */
  Host add(FakeServer server, Weather weather) {
    Host host = new Host(server.forgiving(), weather);
    hosts.put(server.id(), host);
    bench.engine.servers().want(enode(server));
    return host;
  }

  static Enode enode(FakeServer server) {
    return new Enode(server.id(), InetAddress.getLoopbackAddress(), 30303, 30303);
  }

  /** The client dials from now on. */
  void start() {
    bench
        .engine
        .servers()
        .keeper()
        .start(
            (enode, failed) ->
                loop()
                    .schedule(
                        MILLI,
                        () -> {
                          Host host = hosts.get(enode.nodeId());
                          if (host != null && host.accepts()) {
                            host.connect();
                          } else {
                            failed.run();
                          }
                        }));
  }

  private static boolean isReply(int code) {
    return code > LesMessage.Announce.CODE
        && code != LesMessage.Stop.CODE
        && code != LesMessage.Resume.CODE;
  }
}
