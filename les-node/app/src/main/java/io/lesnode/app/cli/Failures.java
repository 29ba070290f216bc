package io.lesnode.app.cli;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.chain.store.StoreException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts failures that no one gave better words into what happened, why and what to do. */
final class Failures {
  private Failures() {}

  static NodeFailure explain(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      NodeFailure known = known(at, failure);
      if (known != null) {
        return known;
      }
    }
    return new NodeFailure(
        "it failed inside",
        String.valueOf(failure),
        "This is a bug; run again with --verbosity 4 and report the lines it prints",
        failure);
  }

  private static @Nullable NodeFailure known(Throwable at, Throwable failure) {
    if (at instanceof NodeFailure told) {
      return told;
    }
    if (at instanceof StoreException store) {
      // these already say what happened, why and what to do
      return new NodeFailure("the database", String.valueOf(store.getMessage()), "", failure);
    }
    String message = String.valueOf(at.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left")) {
      return new NodeFailure(
          "the disk is full",
          message,
          "Free some space and start again; everything up to the last complete block is kept",
          failure);
    }
    if (at instanceof BindException) {
      return new NodeFailure(
          "cannot listen", message, "Choose a free port with --port or --http.port", failure);
    }
    if (at instanceof NoSuchFileException) {
      return new NodeFailure("a file is missing", message, "Check the path", failure);
    }
    if (at instanceof AccessDeniedException) {
      return new NodeFailure(
          "a file cannot be used",
          message + " (permission denied)",
          "Check its owner and permissions",
          failure);
    }
    if (at instanceof IOException && at.getCause() == null) {
      return new NodeFailure("reading or writing failed", message, "", failure);
    }
    return null;
  }
}
