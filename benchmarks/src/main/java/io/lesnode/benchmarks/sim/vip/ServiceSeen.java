package io.lesnode.benchmarks.sim.vip;

/** What a paying client sees of the service that it gets, and the little it can do about it. */
public interface ServiceSeen {

  /** Answers since it connected; a client that asks nothing counts its being served as one. */
  long answers();

  /** Of its answers since it connected, how many came late; refused requests count too. */
  long flaws();

  /** What its requests since it connected cost at most, by the server's table. */
  long askedCost();

  /** The capacity that it has now, units per millisecond; 0: it is not served. */
  long capacity();

  /** It wants to be gone, and not to come back. */
  void leave();
}
