package io.lesnode.benchmarks;

import io.lesnode.app.cli.LesCommandLine;
import io.lesnode.benchmarks.cli.LabCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The entry point of the commands that measure: {@code les bench} and {@code les sim}. */
public final class Lab {
  private Lab() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = new LesCommandLine(out, err, LabCommand::new).run(arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }
}
