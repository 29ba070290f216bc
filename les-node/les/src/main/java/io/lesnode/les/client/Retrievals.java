package io.lesnode.les.client;

import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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
}
