package io.lesnode.benchmarks.sim.vip;

/**
 * The way of one connection, as the network of the simulation has it: what is sent one way arrives
 * in the order of sending. What is under way when the connection ends may arrive or be lost; who
 * receives it looks.
 */
public interface VipWire {

  /** Has something arrive at the server; runs it there. */
  void up(int sizeBytes, Runnable arrival);

  /** Has something arrive at the client; runs it there. */
  void down(int sizeBytes, Runnable arrival);
}
