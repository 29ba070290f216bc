package io.lesnode.les.client;

import io.lesnode.evm.state.MissingStateException;
import io.lesnode.evm.state.StateReader;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.primitives.BlockHeader;

/**
 * The state after one block, fetched and verified as it is needed and remembered as long as this
 * object lives. Its methods block; any thread may call them.
 */
public final class LightState {
  private final SpeculativeExecutor executor;
  private final BlockHeader header;
  private final KnownState known = new KnownState();
  private final OnDemandState direct;

  LightState(
      OnDemandProofs proofs, SpeculativeExecutor executor, BlockHeader header, Awaiter awaiter) {
    this.executor = executor;
    this.header = header;
    this.direct = new OnDemandState(proofs, header, awaiter, known);
  }

  /** The block. */
  public BlockHeader header() {
    return header;
  }

  /**
   * Runs an execution with as few round trips as possible: what it reads is guessed, asked for
   * together, verified, and the execution repeated until it saw verified state only.
   *
   * @throws X what the execution throws
   * @throws MissingStateException with a {@link RetrievalException} as cause if something that it
   *     reads cannot be had
   */
  public <T, X extends Exception> T execute(CallHints hints, StateExecution<T, X> execution)
      throws X {
    return executor.execute(header, known, direct, hints, execution);
  }

  /**
   * Fetches what will be read, in one go.
   *
   * @throws MissingStateException as {@link #execute}
   */
  public void prefetch(CallHints hints) {
    direct.prefetch(SpeculativeExecutor.foreseen(hints));
  }

  /**
   * A reader that fetches each piece when it is read: one round trip for each, so {@link #execute}
   * is to be preferred. Throws {@link MissingStateException} as above.
   */
  public StateReader reader() {
    return direct;
  }
}
