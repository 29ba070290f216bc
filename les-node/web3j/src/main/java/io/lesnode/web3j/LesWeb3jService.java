package io.lesnode.web3j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.lesnode.les.client.LightClient;
import io.lesnode.rpc.CallLimits;
import io.lesnode.rpc.RpcDispatcher;
import io.lesnode.rpc.RpcLimits;
import io.lesnode.rpc.RpcMethods;
import io.lesnode.rpc.RpcReply;
import io.lesnode.rpc.light.LightEthBackend;
import io.lesnode.rpc.light.LightNodeBackend;
import io.reactivex.BackpressureStrategy;
import io.reactivex.Flowable;
import io.reactivex.schedulers.Schedulers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.ObjectMapperFactory;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.BatchResponse;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.websocket.events.Notification;

/**
 * Runs web3j over a light client in the same process: {@code
 * Web3j.build(LesWeb3jService.of(lightClient))}. There is no RPC server and no socket between them;
 * every answer was verified by the light client.
 *
 * <p>Requests are answered by the same methods, with the same results, error codes and texts, as
 * over HTTP; an error is in {@link Response#getError}, never an exception. Calls, batches, contract
 * wrappers, filters (web3j polls them) and subscriptions work. {@link #send} works on the calling
 * thread, {@link #sendAsync} on a virtual thread of this service; cancelling its future interrupts
 * the work.
 *
 * <p>Thread-safe. {@link #close}, which {@code Web3j.shutdown()} calls, ends subscriptions and
 * asynchronous calls; the light client stays open unless this service owns it.
 */
public final class LesWeb3jService implements Web3jService {
  private static final String VERSION = "les-node/v0.1.0/web3j";

  private final LightClient client;
  private final boolean ownsClient;
  private final boolean keepsRaw;
  private final RpcLimits limits;
  private final RpcDispatcher dispatcher;
  private final ObjectMapper json;
  private final ExecutorService threads;
  private final ExecutorService flows;
  private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private LesWeb3jService(
      LightClient client, boolean ownsClient, boolean keepsRaw, CallLimits calls) {
    this.client = client;
    this.ownsClient = ownsClient;
    this.keepsRaw = keepsRaw;
    this.limits = RpcLimits.standard();
    this.json = ObjectMapperFactory.getObjectMapper(keepsRaw);
    this.dispatcher =
        new RpcDispatcher(
            new RpcMethods(
                    new LightEthBackend(client),
                    new LightNodeBackend(client, VERSION, client.networkId()),
                    calls)
                .operator(),
            limits);
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("web3j-call-", 0).factory());
    this.flows =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("web3j-flow-", 0).factory());
  }

  /** Answers from a client that somebody else closes. */
  public static LesWeb3jService of(LightClient client) {
    return new LesWeb3jService(client, false, false, CallLimits.DEFAULT);
  }

  /** Answers from a client and closes it with itself. */
  public static LesWeb3jService owning(LightClient client) {
    return new LesWeb3jService(client, true, false, CallLimits.DEFAULT);
  }

  /** The same, with {@link Response#getRawResponse} filled in. */
  public LesWeb3jService withRawResponses() {
    return new LesWeb3jService(client, ownsClient, true, CallLimits.DEFAULT);
  }

  /** The same, with other bounds on what one call may cost. */
  public LesWeb3jService withLimits(CallLimits calls) {
    return new LesWeb3jService(client, ownsClient, keepsRaw, calls);
  }

  /** The light client that answers. */
  public LightClient client() {
    return client;
  }

  @Override
  @SuppressWarnings("rawtypes") // web3j's own signature
  public <T extends Response> T send(Request request, Class<T> responseType) throws IOException {
    byte[] answer = answer(json.writeValueAsBytes(request));
    return parse(answer, responseType);
  }

  private byte[] answer(byte[] request) throws IOException {
    requireOpen();
    RpcReply reply = dispatcher.answer(request);
    return reply
        .bytes()
        .orElseThrow(() -> new IOException("a request without an id gets no answer"));
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("this LesWeb3jService was closed; build a new one");
    }
  }

  @Override
  @SuppressWarnings("rawtypes") // web3j's own signature
  public <T extends Response> CompletableFuture<T> sendAsync(
      Request request, Class<T> responseType) {
    return async(() -> send(request, responseType));
  }

  private <T> CompletableFuture<T> async(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      Future<?> running =
          threads.submit(
              () -> {
                try {
                  result.complete(work.call());
                } catch (Exception failed) {
                  result.completeExceptionally(failed);
                }
              });
      CompletableFuture<T> unused =
          result.whenComplete(
              (value, problem) -> {
                if (result.isCancelled()) {
                  running.cancel(true);
                }
              });
    } catch (RejectedExecutionException afterClose) {
      result.completeExceptionally(
          new IOException("this LesWeb3jService was closed; build a new one", afterClose));
    }
    return result;
  }

  @Override
  public BatchResponse sendBatch(BatchRequest batch) throws IOException {
    List<Request<?, ? extends Response<?>>> requests = batch.getRequests();
    if (requests.isEmpty()) {
      return new BatchResponse(List.of(), List.of());
    }
    JsonNode answers = json.readTree(answer(json.writeValueAsBytes(requests)));
    if (!answers.isArray()) {
      throw new IOException(answers.at("/error/message").asText("the batch was not answered"));
    }
    Map<Long, JsonNode> byId = new HashMap<>();
    ((ArrayNode) answers).forEach(one -> byId.put(one.path("id").asLong(), one));
    List<Response<?>> responses = new ArrayList<>(requests.size());
    for (Request<?, ? extends Response<?>> request : requests) {
      responses.add(read(request, byId.get(request.getId())));
    }
    return new BatchResponse(requests, responses);
  }

  private Response<?> read(Request<?, ? extends Response<?>> request, @Nullable JsonNode answer)
      throws IOException {
    if (answer == null) {
      throw new IOException("the batch has no answer to request " + request.getId());
    }
    return parse(json.writeValueAsBytes(answer), request.getResponseType());
  }

  /** From a stream: web3j reads it a second time for the raw response. */
  private <T> T parse(byte[] answer, Class<T> type) throws IOException {
    return json.readValue(new ByteArrayInputStream(answer), type);
  }

  @Override
  public CompletableFuture<BatchResponse> sendBatchAsync(BatchRequest batch) {
    return async(() -> sendBatch(batch));
  }

  /**
   * Subscribes when the flow is subscribed to, and ends the subscription with it. The consumer runs
   * on a virtual thread of this service and may block; one that is more than {@link
   * RpcLimits#maxQueuedNotifications} notifications behind gets an error.
   */
  @Override
  @SuppressWarnings("rawtypes") // web3j's own signature
  public <T extends Notification<?>> Flowable<T> subscribe(
      Request request, String unsubscribeMethod, Class<T> responseType) {
    return Flowable.<byte[]>create(
            emitter -> {
              requireOpen();
              Subscriber subscriber = new Subscriber(dispatcher, limits, json, emitter);
              subscribers.add(subscriber);
              emitter.setCancellable(
                  () -> {
                    subscribers.remove(subscriber);
                    subscriber.close();
                  });
              subscriber.start(json.writeValueAsBytes(request));
              if (closed) {
                subscriber.end();
              }
            },
            BackpressureStrategy.MISSING)
        .onBackpressureBuffer(limits.maxQueuedNotifications())
        // a consumer may ask the client in turn: never on the thread that made the notification
        .observeOn(Schedulers.from(flows))
        .map(message -> json.readValue(message, responseType));
  }

  /** Ends what runs here, and the client if this service owns it. A second call does nothing. */
  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
    List.copyOf(subscribers).forEach(Subscriber::end);
    flows.shutdown();
    if (ownsClient) {
      client.close();
    }
  }
}
