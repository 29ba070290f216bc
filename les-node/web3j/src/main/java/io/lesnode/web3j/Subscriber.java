package io.lesnode.web3j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.rpc.RpcDispatcher;
import io.lesnode.rpc.RpcLimits;
import io.lesnode.rpc.RpcReply;
import io.lesnode.rpc.RpcSession;
import io.lesnode.rpc.RpcSubscription;
import io.reactivex.FlowableEmitter;
import java.io.IOException;

/**
 * One flow of notifications: a session of its own at the dispatcher. Thread-safe; notifications
 * come from the threads that make them.
 */
final class Subscriber implements RpcSession.Line {
  private final RpcDispatcher dispatcher;
  private final ObjectMapper json;
  private final FlowableEmitter<byte[]> emitter;
  private final RpcSession session;

  Subscriber(
      RpcDispatcher dispatcher,
      RpcLimits limits,
      ObjectMapper json,
      FlowableEmitter<byte[]> emitter) {
    this.dispatcher = dispatcher;
    this.json = json;
    this.emitter = emitter;
    this.session = new RpcSession(this, limits);
  }

  /** Asks for the subscription; an error answer is the end of the flow. */
  void start(byte[] request) throws IOException {
    RpcReply reply = dispatcher.answer(request, session);
    JsonNode answer = json.readTree(reply.bytes().orElse(new byte[0]));
    JsonNode error = answer.path("error");
    if (error.isObject()) {
      emitter.tryOnError(
          new IOException(
              "no subscription: "
                  + error.path("message").asText()
                  + " (code "
                  + error.path("code").asInt()
                  + ")"));
      return;
    }
    reply.opened().forEach(RpcSubscription::activate);
  }

  @Override
  public void notify(byte[] message) {
    emitter.onNext(message);
  }

  @Override
  public void cut(String reason) {
    emitter.tryOnError(new IOException("the subscription was cut: " + reason));
  }

  /** The service ends: so does the flow. */
  void end() {
    emitter.onComplete();
    close();
  }

  /** Nobody listens any more. */
  void close() {
    session.close();
  }
}
