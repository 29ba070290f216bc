package io.lesnode.app;

import io.lesnode.app.cli.LesCommandLine;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program's entry point. */
public final class Les {
  private Les() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = new LesCommandLine(out, err).run(arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }
}
