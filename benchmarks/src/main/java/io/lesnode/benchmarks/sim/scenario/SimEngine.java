package io.lesnode.benchmarks.sim.scenario;

/** Runs scenarios on virtual time; may be called by several threads at once. */
public interface SimEngine {

  /**
   * Runs a scenario to its end. The same scenario gives an equal result on every machine.
   *
   * @throws IllegalStateException if an invariant was broken; the message names the virtual time,
   *     the client and the seed
   * @throws java.util.concurrent.CancellationException if the progress asked for it
   */
  SimResult run(Scenario scenario, Progress progress);

  /** Hears how far a run is; called on the thread of the run, some times a second at most. */
  interface Progress {
    /** For those who do not want to know. */
    Progress NONE = (nowNanos, events) -> true;

    /**
     * The run has come so far.
     *
     * @param nowNanos virtual time
     * @param events how many so far
     * @return whether to go on
     */
    boolean onProgress(long nowNanos, long events);
  }
}
