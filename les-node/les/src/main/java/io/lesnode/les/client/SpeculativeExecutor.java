package io.lesnode.les.client;

import io.lesnode.les.client.access.AccessMemory;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.les.client.access.Rounds;
import io.lesnode.les.client.access.SpeculativeState;
import io.lesnode.les.client.access.StateItem;
import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Runs executions on states that are fetched in rounds: first what can be foreseen, then what a run
 * on the holes shows to be missing, until a run misses nothing (see {@link SpeculativeState}). The
 * caller's thread runs and waits. Thread-safe.
 */
final class SpeculativeExecutor {
  /** Calls and functions of which we know what they read: at most 96 pieces of about 100 B each. */
  private static final int REMEMBERED_CALLS = 1_024;

  private final OnDemandProofs proofs;
  private final AccessMemory memory = new AccessMemory(REMEMBERED_CALLS);

  SpeculativeExecutor(OnDemandProofs proofs) {
    this.proofs = proofs;
  }

  /**
   * The outcome of an execution on the state after a block.
   *
   * @param known what is verified of that state; gets more
   * @param direct the same state, to fetch from
   * @throws X what the execution throws
   * @throws io.lesnode.evm.state.MissingStateException with a {@link RetrievalException} as cause
   *     if a piece cannot be had
   */
  <T, X extends Exception> T execute(
      BlockHeader header,
      KnownState known,
      OnDemandState direct,
      CallHints hints,
      StateExecution<T, X> execution)
      throws X {
    Rounds rounds = new Rounds(recall(hints));
    List<StateItem> missing =
        foreseen(hints).stream().filter(item -> !isHere(header, known, item)).toList();
    while (true) {
      if (missing.isEmpty()) {
        SpeculativeState state =
            new SpeculativeState(
                known, item -> proofs.local(header, known, item), proofs::nowNanos);
        try {
          T value = execution.run(state);
          if (state.isExact()) {
            learn(hints, state);
            return value;
          }
        } catch (Exception e) {
          // of a run that guessed, not even an exception means anything
          if (state.isExact()) {
            learn(hints, state);
            throw e;
          }
        }
        missing = state.missed();
      }
      switch (rounds.next(missing)) {
        case Rounds.Step.Fetch(List<StateItem> items) -> direct.prefetch(items);
        case Rounds.Step.Direct d -> {
          return execution.run(direct);
        }
      }
      missing = List.of();
    }
  }

  private boolean isHere(BlockHeader header, KnownState known, StateItem item) {
    return known.has(item) || proofs.local(header, known, item);
  }

  /** What the hints say will be read. */
  static Set<StateItem> foreseen(CallHints hints) {
    Set<StateItem> items = new LinkedHashSet<>();
    hints.accounts().forEach(address -> items.add(new StateItem.OfAccount(address)));
    Address to = hints.to();
    if (to != null) {
      items.add(new StateItem.OfAccount(to));
      items.add(new StateItem.OfCode(to));
    }
    for (AccessListEntry entry : hints.accessList()) {
      items.add(new StateItem.OfAccount(entry.address()));
      for (Bytes32 key : entry.storageKeys()) {
        items.add(new StateItem.OfSlot(entry.address(), UInt256.fromBytes(key)));
      }
    }
    return items;
  }

  private List<StateItem> recall(CallHints hints) {
    Address to = hints.to();
    return to == null ? List.of() : memory.recall(to, hints.input());
  }

  private void learn(CallHints hints, SpeculativeState state) {
    Address to = hints.to();
    if (to != null) {
      memory.learn(to, hints.input(), state.read());
    }
  }
}
