package io.lesnode.app.cli;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The process's wish to end: Ctrl-C, a termination signal, or the end of standard input for a child
 * whose parent went away. The main thread then ends its work in order and the process exits with
 * the code that the work chose, not with that of the signal.
 */
public final class Ending {
  /** How long an orderly end may take before the process is gone anyway. */
  private static final long LIMIT_SECONDS = 30;

  private final CountDownLatch wished = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile int exitCode;

  private Ending(Runnable onWish) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(
                    () -> {
                      if (done.getCount() == 0) {
                        return;
                      }
                      onWish.run();
                      wished.countDown();
                      if (await(done)) {
                        Runtime.getRuntime().halt(exitCode);
                      }
                    }));
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      return false;
    }
  }

  /** Watches for signals; {@code onWish} runs on the shutdown thread and must return at once. */
  public static Ending watch(Runnable onWish) {
    return new Ending(onWish);
  }

  /** Also takes the end of standard input as the wish: the parent is gone. */
  Ending orEndOfInput() {
    Thread.ofPlatform()
        .daemon()
        .name("stdin")
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // whatever is typed means nothing
                }
              } catch (IOException closed) {
                // the same as its end
              }
              wished.countDown();
            });
    return this;
  }

  /** Waits for the wish. */
  void await() {
    try {
      wished.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process was asked to end. */
  public boolean isWished() {
    return wished.getCount() == 0;
  }

  /** The work is over; returns the code to exit with. */
  public int finish(int code) {
    exitCode = code;
    done.countDown();
    return code;
  }
}
