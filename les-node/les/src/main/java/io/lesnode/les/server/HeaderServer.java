package io.lesnode.les.server;

import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Collects the headers of one request over one view; confined to the worker.
 *
 * <p>By number the canonical chain is read. By hash, backwards, the ancestors of any known block
 * are followed; forwards only as long as the next canonical block descends from the last one. At
 * most 100 steps per request leave the canonical chain. Arithmetic on numbers wraps around in 64
 * bits as in geth, so a skip of 2^64 − 1 repeats one header.
 *
 * <p>Reference: geth v1.10.26, les/server_requests.go handleGetBlockHeaders, core/headerchain.go
 * GetAncestor.
 */
final class HeaderServer {

  private static final int MAX_NON_CANONICAL_STEPS = 100;

  private final ServedView view;
  private final StopSignal stop;
  private final List<Bytes> headers = new ArrayList<>();
  private int nonCanonicalSteps = MAX_NON_CANONICAL_STEPS;

  HeaderServer(ServedView view, StopSignal stop) {
    this.view = view;
    this.stop = stop;
  }

  private record Position(Bytes32 hash, long number) {}

  /** The headers, or null if the request was stopped. */
  @Nullable List<Bytes> collect(GetBlockHeaders request) {
    boolean complete =
        switch (request.origin()) {
          case HashOrNumber.OfHash(Bytes32 hash) when !hash.isZero() -> byHash(request, hash);
          case HashOrNumber.OfHash(Bytes32 zero) -> byNumber(request, 0);
          case HashOrNumber.OfNumber(long number) -> byNumber(request, number);
        };
    return complete ? headers : null;
  }

  private boolean byNumber(GetBlockHeaders request, long first) {
    long step = request.skip() + 1;
    long number = first;
    while (headers.size() < request.amount()) {
      if (isStopped()) {
        return false;
      }
      Optional<Bytes> header = view.header(number);
      if (header.isEmpty()) {
        break;
      }
      headers.add(header.get());
      if (!request.reverse()) {
        number += step;
      } else if (Long.compareUnsigned(number, step) >= 0) {
        number -= step;
      } else {
        break;
      }
    }
    return true;
  }

  private boolean byHash(GetBlockHeaders request, Bytes32 first) {
    OptionalLong number = view.number(first);
    if (number.isEmpty()) {
      return true;
    }
    Position position = new Position(first, number.getAsLong());
    while (position != null && headers.size() < request.amount()) {
      if (isStopped()) {
        return false;
      }
      Optional<Bytes> header = view.header(position.hash());
      if (header.isEmpty()) {
        break;
      }
      headers.add(header.get());
      position =
          request.reverse()
              ? ancestor(position, request.skip() + 1)
              : descendant(position, request.skip() + 1);
    }
    return true;
  }

  private boolean isStopped() {
    return !headers.isEmpty() && stop.isStopped();
  }

  private @Nullable Position descendant(Position position, long step) {
    long number = position.number() + step;
    if (Long.compareUnsigned(number, position.number()) <= 0) {
      return null; // the skip overflows
    }
    Optional<Bytes32> hash = view.canonicalHash(number);
    if (hash.isEmpty()) {
      return null;
    }
    Position next = new Position(hash.get(), number);
    Position back = ancestor(next, step);
    return back != null && back.hash().equals(position.hash()) ? next : null;
  }

  /** The ancestor that many generations up, or null. */
  private @Nullable Position ancestor(Position from, long generations) {
    if (generations == 0 || Long.compareUnsigned(generations, from.number()) > 0) {
      return null;
    }
    if (generations == 1) {
      return parent(from);
    }
    Position at = from;
    for (long left = generations; left != 0; left--) {
      if (view.canonicalHash(at.number()).filter(at.hash()::equals).isPresent()) {
        long number = at.number() - left;
        return view.canonicalHash(number).map(hash -> new Position(hash, number)).orElse(null);
      }
      if (nonCanonicalSteps == 0) {
        return null;
      }
      nonCanonicalSteps--;
      Position parent = parent(at);
      if (parent == null) {
        return null;
      }
      at = parent;
    }
    return at;
  }

  private @Nullable Position parent(Position position) {
    return view.header(position.hash())
        .map(BlockHeader::decode)
        .map(header -> new Position(header.parentHash(), position.number() - 1))
        .orElse(null);
  }
}
