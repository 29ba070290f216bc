package io.lesnode.les.client;

import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** Several retrievals as one. Stateless. */
final class Retrievals {

  private Retrievals() {}

  /** All values in order when all are here, or the first failure in order. */
  static <T> CompletableFuture<Retrieval<List<T>>> all(
      List<CompletableFuture<Retrieval<T>>> parts) {
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(
            ended -> {
              List<T> values = new ArrayList<>(parts.size());
              for (CompletableFuture<Retrieval<T>> part : parts) {
                switch (part.join()) {
                  case Failed<T>(RetrievalFailure failure) -> {
                    return new Failed<>(failure);
                  }
                  case Retrieved<T>(T value) -> values.add(value);
                }
              }
              return new Retrieved<>(List.copyOf(values));
            });
  }

  /**
   * Asks for many things in parts, all at once; all values in order, or the first failure in order.
   *
   * @param loop where the parts are made
   * @param size how many things make a part; called on the loop
   * @param ask asks for one part; called on the loop
   */
  static <K, T> CompletableFuture<Retrieval<List<T>>> inParts(
      ClientLoop loop,
      List<K> things,
      IntSupplier size,
      Function<List<K>, CompletableFuture<Retrieval<List<T>>>> ask) {
    CompletableFuture<List<CompletableFuture<Retrieval<List<T>>>>> asked =
        new CompletableFuture<>();
    boolean taken =
        loop.offer(
            () -> {
              int most = size.getAsInt();
              List<CompletableFuture<Retrieval<List<T>>>> parts = new ArrayList<>();
              for (int from = 0; from < things.size(); from += most) {
                int to = Math.min(things.size(), from + most);
                parts.add(ask.apply(List.copyOf(things.subList(from, to))));
              }
              asked.complete(parts);
            });
    return taken
        ? asked
            .thenCompose(Retrievals::all)
            .thenApply(all -> all.map(lists -> lists.stream().flatMap(List::stream).toList()))
        : CompletableFuture.completedFuture(
            new Failed<>(new RetrievalFailure.ClientClosed(String.valueOf(things.getFirst()))));
  }

  /** Goes on with a value when it is here, on {@code executor}; a failure stays. */
  static <A, B> CompletableFuture<Retrieval<B>> then(
      CompletableFuture<Retrieval<A>> first,
      Function<A, CompletableFuture<Retrieval<B>>> next,
      Executor executor) {
    return first.thenComposeAsync(
        outcome ->
            switch (outcome) {
              case Failed<A>(RetrievalFailure failure) ->
                  CompletableFuture.completedFuture(new Failed<>(failure));
              case Retrieved<A>(A value) -> next.apply(value);
            },
        executor);
  }
}
