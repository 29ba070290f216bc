package io.lesnode.les.client;

import java.util.function.Function;

/**
 * The outcome of asking the network for something: a verified value, or the reason why there is
 * none. Immutable.
 *
 * @param <T> what was asked for
 */
public sealed interface Retrieval<T> {

  /** A value that was verified against a header of the chain this client follows. */
  record Retrieved<T>(T value) implements Retrieval<T> {}

  /** No verified value, and why. */
  record Failed<T>(RetrievalFailure failure) implements Retrieval<T> {}

  /** The value, or a {@link RetrievalException} that carries the failure. */
  default T orElseThrow() {
    return switch (this) {
      case Retrieved<T>(T value) -> value;
      case Failed<T>(RetrievalFailure failure) -> throw new RetrievalException(failure);
    };
  }

  /** The same outcome with the value passed through {@code function}. */
  default <R> Retrieval<R> map(Function<? super T, ? extends R> function) {
    return switch (this) {
      case Retrieved<T>(T value) -> new Retrieved<>(function.apply(value));
      case Failed<T>(RetrievalFailure failure) -> new Failed<>(failure);
    };
  }
}
