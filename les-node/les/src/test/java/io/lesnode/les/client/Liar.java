package io.lesnode.les.client;

import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A server that commits one {@link Misdeed} and is honest otherwise. A misdeed that changes not one
 * byte fails the test: it would prove nothing. Confined to the test's thread.
 */
final class Liar {
  final Bench bench;
  final Scene scene;
  final FakeServer server;
  final Misdeed misdeed;
  private int lies;
  private LesMessage.@Nullable Reply honest;

  Liar(Bench bench, Scene scene, FakeServer server, Misdeed misdeed) {
    this.bench = bench;
    this.scene = scene;
    this.server = server;
    this.misdeed = misdeed;
    server.forgiving().script(this::answer);
    misdeed.claim().prepare(scene, server);
  }

  /** Opens the connection; a liar about itself lies here. */
  Liar connect() {
    if (misdeed.deed() instanceof Misdeed.Deed.InStatus inStatus) {
      server.silent().connectTo(bench.engine);
      LesMessage.Status status = server.status();
      Bytes right = LesCodec.encode(status);
      Bytes changed = inStatus.change().apply(this, status);
      if (changed != null) {
        requireChanged(right, changed);
        server.sendRaw(LesMessage.Status.CODE, changed);
      }
      lies++;
    } else {
      server.connectTo(bench.engine);
    }
    return this;
  }

  /** Does what nobody asked for, if that is the misdeed. */
  void act() {
    if (misdeed.deed() instanceof Misdeed.Deed.Unasked unasked) {
      unasked.act().accept(this);
      lies++;
    }
  }

  /** How often it lied so far. */
  int lies() {
    return lies;
  }

  /** The name under which the client knows it. */
  String name() {
    return server.id().toString();
  }

  private @Nullable LesMessage answer(LesMessage.Request request, @Nullable LesMessage scripted) {
    LesMessage.Reply right = scene.honest(request, reply(scripted));
    if (right != null
        && misdeed.deed() instanceof Misdeed.Deed.InReply inReply
        && lies < inReply.times()) {
      honest = right;
      if (inReply.lie().tell(this, request, right)) {
        lies++;
        return null;
      }
    }
    return right;
  }

  /** What a script is given is a reply or nothing. */
  static LesMessage.@Nullable Reply reply(@Nullable LesMessage scripted) {
    return scripted instanceof LesMessage.Reply reply ? reply : null;
  }

  /** Sends this instead of the honest reply. */
  void say(LesMessage message) {
    sayRaw(message.code(), LesCodec.encode(message));
  }

  /** Sends these bytes instead of the honest reply. */
  void sayRaw(int code, Bytes payload) {
    LesMessage.Reply right = honest;
    if (right != null && right.code() == code) {
      requireChanged(LesCodec.encode(right), payload);
    }
    server.sendRaw(code, payload);
  }

  /** Sends the honest reply, but only after a while. */
  void sayLater(LesMessage message, long delayNanos) {
    bench.loop.schedule(delayNanos, () -> server.send(message));
  }

  private void requireChanged(Bytes right, Bytes changed) {
    if (right.equals(changed)) {
      throw new AssertionError("the misdeed '" + misdeed.name() + "' changes nothing");
    }
  }

  /** The chain that it claims to serve. */
  AnnouncedHead claimedHead() {
    LesMessage.Status status = server.status();
    return new AnnouncedHead(
        status.values().requireHash(StatusKeys.HEAD_HASH),
        status.values().requireUnsignedLong(StatusKeys.HEAD_NUMBER),
        status.values().value(StatusKeys.HEAD_TD, RlpReader::readUInt256).orElseThrow());
  }
}
