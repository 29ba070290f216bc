package io.lesnode.devp2p;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one {@link P2pServer}, or of many that share them, such as the clients of a load
 * test. Thread-safe. Close it after the servers that use it.
 */
public final class P2pLoops implements AutoCloseable {

  private final EventLoopGroup control;
  private final EventLoopGroup workers;

  private P2pLoops(EventLoopGroup control, EventLoopGroup workers) {
    this.control = control;
    this.workers = workers;
  }

  /**
   * New threads.
   *
   * @param controlThreads loops that own tables of peers; a server uses one of them
   * @param ioThreads loops that connections live on
   */
  public static P2pLoops of(int controlThreads, int ioThreads) {
    return new P2pLoops(group(controlThreads, "p2p-control"), group(ioThreads, "p2p-io"));
  }

  private static EventLoopGroup group(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  EventLoopGroup control() {
    return control;
  }

  EventLoopGroup workers() {
    return workers;
  }

  /** Ends the threads; waits for that, a second or so. */
  @Override
  public void close() {
    workers.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    control.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
