package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.ServerSpec;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Spread;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.server.ServingModel;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage.Request;
import org.apache.tuweni.bytes.Bytes;

/**
 * What requests take and give: the average of their kind, spread by a draw that belongs to the
 * request, so that it is the same whoever else asks. Immutable.
 */
final class ServiceTimes implements ServingModel {

  private static final Bytes EMPTY_LIST = Bytes.of(0xc0);
  private static final double PERMILLE = 1000;
  private static final long ITEM_BYTES_SHARE = 4;

  private final ServerSpec server;
  private final long key;
  private final Bytes largestBody;

  ServiceTimes(ServerSpec server, long seed) {
    this.server = server;
    this.key = Draws.key(seed, "serving", 0);
    this.largestBody =
        server.egressBytesPerSecond() == 0
            ? EMPTY_LIST
            : Bytes.wrap(new byte[LesLimits.SOFT_RESPONSE_BYTES]);
  }

  @Override
  public long servingNanos(Request request, int running) {
    long average = server.real().averageTimeNanos(request.kind()).of(request.amount());
    return switch (server.spread()) {
      case Spread.Exact exact -> average;
      case Spread.Uniform uniform -> uniform(request, average);
      case Spread.AtOnce atOnce -> uniform(request, average);
      case Spread.LogNormal spread -> {
        double sigma = spread.sigmaPermille() / PERMILLE;
        double normal = Draws.gaussian(bits(request, 1), bits(request, 2));
        yield (long) ((double) average * StrictMath.exp(sigma * normal - sigma * sigma / 2));
      }
    };
  }

  private long uniform(Request request, long average) {
    return (long) (2 * (double) average * Draws.unit(bits(request, 0)));
  }

  @Override
  public long occupiedNanos(long servingNanos) {
    return server.spread() instanceof Spread.AtOnce ? 0 : servingNanos;
  }

  private long bits(Request request, long number) {
    return Draws.mix(key + Draws.mix(request.requestId()) + number);
  }

  @Override
  public Bytes body(Request request) {
    return server.egressBytesPerSecond() == 0
        ? EMPTY_LIST
        : largestBody.slice(0, replyBytes(request.kind(), request.amount()));
  }

  /**
   * How large a reply is: headers as geth reckons them, of everything else a quarter of what geth
   * expects at most; at most what a server puts into one reply.
   */
  static int replyBytes(RequestKind kind, long amount) {
    long item = kind.maxOutSizeBytes().perItem();
    long typical = kind == RequestKind.HEADERS ? item : item / ITEM_BYTES_SHARE;
    return (int) Math.min(typical * amount + 1, LesLimits.SOFT_RESPONSE_BYTES);
  }
}
