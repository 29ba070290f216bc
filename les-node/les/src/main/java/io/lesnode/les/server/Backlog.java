package io.lesnode.les.server;

import io.lesnode.devp2p.PeerLink;

/**
 * Bounds what one peer has under way between its channel and its last reply. Thread-safe.
 *
 * <p>Messages are entered on the channel loop and leave on the node loop when they were handled or
 * their request was served. At the upper mark, or while replies pile up in the socket, reading from
 * the connection pauses, so that a flood stays in the peer's own socket.
 */
final class Backlog {

  private static final int HIGH_MESSAGES = 64;
  private static final int LOW_MESSAGES = HIGH_MESSAGES / 2;
  private static final long HIGH_BYTES = 1 << 20;
  private static final long LOW_BYTES = HIGH_BYTES / 2;

  private final PeerLink link;
  private int messages;
  private long bytes;
  private boolean writable = true;
  private boolean paused;

  Backlog(PeerLink link) {
    this.link = link;
  }

  /** A message came in. */
  synchronized void enter(int sizeBytes) {
    messages++;
    bytes += sizeBytes;
    update();
  }

  /** A message is done with. */
  synchronized void leave(int sizeBytes) {
    messages--;
    bytes -= sizeBytes;
    update();
  }

  /** The socket takes more, or does not. */
  synchronized void setWritable(boolean isWritable) {
    writable = isWritable;
    update();
  }

  /** How many messages are under way. */
  synchronized int messages() {
    return messages;
  }

  private void update() {
    if (!paused && (!writable || messages >= HIGH_MESSAGES || bytes >= HIGH_BYTES)) {
      paused = true;
      link.pauseReading();
    } else if (paused && writable && messages <= LOW_MESSAGES && bytes <= LOW_BYTES) {
      paused = false;
      link.resumeReading();
    }
  }
}
