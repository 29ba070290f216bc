package io.lesnode.les.server;

import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.primitives.EncodedHeader;
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

  /** How many headers are read between two looks at the stop signal; some microseconds. */
  private static final int RUN = 64;

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
    if (request.skip() == 0) {
      return request.reverse()
          ? view.canonicalHash(first)
              .map(hash -> byAncestry(request, new Position(hash, first)))
              .orElse(true)
          : neighbours(request, first);
    }
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

  /** Canonical headers without a gap, several per read; a pause is looked for before each. */
  private boolean neighbours(GetBlockHeaders request, long first) {
    long number = first;
    while (headers.size() < request.amount()) {
      if (isStopped()) {
        return false;
      }
      int left = (int) Math.min(request.amount() - headers.size(), RUN);
      List<Bytes> run = view.headers(number, left);
      if (run.isEmpty()) {
        break;
      }
      headers.addAll(run);
      number += run.size();
    }
    return true;
  }

  private boolean byHash(GetBlockHeaders request, Bytes32 first) {
    OptionalLong known = view.number(first);
    if (known.isEmpty()) {
      return true;
    }
    long number = known.getAsLong();
    if (!request.reverse() && request.skip() == 0 && isCanonical(first, number)) {
      return neighbours(request, number); // each of them descends from the one before
    }
    return byAncestry(request, new Position(first, number));
  }

  private boolean isCanonical(Bytes32 hash, long number) {
    return view.canonicalHash(number).filter(hash::equals).isPresent();
  }

  /** From one header to the next by ancestry. */
  private boolean byAncestry(GetBlockHeaders request, Position first) {
    Position position = first;
    while (position != null && headers.size() < request.amount()) {
      if (isStopped()) {
        return false;
      }
      Optional<Bytes> header = view.header(position.number(), position.hash());
      if (header.isEmpty()) {
        break;
      }
      headers.add(header.get());
      position =
          !request.reverse()
              ? descendant(position, request.skip() + 1)
              : request.skip() == 0
                  ? parent(position, header.get())
                  : ancestor(position, request.skip() + 1);
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
      if (isCanonical(at.hash(), at.number())) {
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
    return view.header(position.number(), position.hash())
        .map(header -> parent(position, header))
        .orElse(null);
  }

  private static @Nullable Position parent(Position position, Bytes header) {
    return position.number() == 0
        ? null
        : new Position(EncodedHeader.parentHash(header), position.number() - 1);
  }
}
