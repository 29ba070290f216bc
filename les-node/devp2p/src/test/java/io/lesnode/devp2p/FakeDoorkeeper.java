package io.lesnode.devp2p;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A strict doorkeeper: answers at once or when told, and checks the order of the calls. */
final class FakeDoorkeeper implements Doorkeeper {
  /** Verdicts that were held back. */
  final Deque<Consumer<@Nullable DisconnectReason>> held = new ArrayDeque<>();

  @Nullable DisconnectReason identityVerdict;
  @Nullable DisconnectReason admissionVerdict;
  boolean holding;
  @Nullable NodeId identified;
  @Nullable PeerInfo greeted;
  int ended;

  @Override
  public void identified(
      PeerConnection connection, NodeId remote, Consumer<@Nullable DisconnectReason> verdict) {
    require(identified == null && ended == 0);
    identified = remote;
    answer(verdict, identityVerdict);
  }

  @Override
  public void greeted(
      PeerConnection connection, PeerInfo peer, Consumer<@Nullable DisconnectReason> verdict) {
    require(identified != null && greeted == null && ended == 0);
    greeted = peer;
    answer(verdict, admissionVerdict);
  }

  @Override
  public void ended(PeerConnection connection) {
    require(ended == 0);
    ended++;
  }

  private void answer(
      Consumer<@Nullable DisconnectReason> verdict, @Nullable DisconnectReason value) {
    if (holding) {
      held.add(verdict);
    } else {
      verdict.accept(value);
    }
  }

  /** Gives a held verdict. */
  void release(@Nullable DisconnectReason value) {
    held.remove().accept(value);
  }

  private static void require(boolean legal) {
    if (!legal) {
      throw new IllegalStateException("call out of order");
    }
  }
}
