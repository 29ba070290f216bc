package io.lesnode.les.server;

import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesVersion;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * Requests of one kind that were made up and encoded in advance, to be answered in turn as often as
 * a benchmark likes; confined to one thread.
 */
public final class PreparedRequests {
  private final RequestServer server;
  private final int code;
  private final List<Bytes> payloads;
  private int next;

  PreparedRequests(RequestServer server, List<Request> requests) {
    this.server = server;
    this.code = requests.getFirst().code();
    this.payloads = requests.stream().map(LesCodec::encode).toList();
  }

  /**
   * Decodes and answers the next request, and encodes the reply.
   *
   * @return the size of the reply in bytes
   * @throws IllegalStateException if the server has no answer
   */
  public int serveNext() {
    Bytes payload = payloads.get(next);
    next = next + 1 == payloads.size() ? 0 : next + 1;
    Request request = (Request) LesCodec.decode(LesVersion.LES4, code, payload);
    Bytes body = server.serve(request, () -> false).body();
    if (body == null) {
      throw new IllegalStateException("no answer to a " + request.kind() + " request");
    }
    return LesCodec.encodeReply(request.requestId(), 0, body).size();
  }
}
