package io.lesnode.app.cli;

import io.lesnode.app.keystore.Keystore;
import io.lesnode.app.keystore.Password;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.evm.ChecksumAddress;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les account}: encrypted accounts, in the files of geth. */
@Command(
    name = "account",
    description = "Make, list, import and change encrypted accounts; geth reads the same files.",
    subcommands = {
      AccountCommand.New.class,
      AccountCommand.Show.class,
      AccountCommand.Import.class,
      AccountCommand.Update.class
    })
final class AccountCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin LogFlags log = new LogFlags();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing, for instance: les account new");
  }

  /** Where the keystore is. */
  static final class StoreFlags {
    @Option(
        names = "--datadir",
        paramLabel = "DIR",
        description = "Folder that holds the folder 'keystore' (default: ~/.lesnode).")
    @Nullable Path datadir;

    @Option(
        names = "--keystore",
        paramLabel = "DIR",
        description = "Folder of the keys (default: 'keystore' in the data folder).")
    @Nullable Path keystore;

    @Option(
        names = "--lightkdf",
        description =
            "Make files that open with little memory and time, and are guessed so (default: off).")
    boolean light;

    Keystore open() {
      return Keystore.at(folder(datadir, keystore), light);
    }

    static Path folder(@Nullable Path datadir, @Nullable Path keystore) {
      if (keystore != null) {
        return keystore;
      }
      Path data = datadir == null ? Path.of(System.getProperty("user.home"), ".lesnode") : datadir;
      return data.resolve("keystore");
    }
  }

  /** Where passwords come from: a file, or the person at the terminal. */
  static final class PasswordFlags {
    @Option(
        names = "--password",
        paramLabel = "FILE",
        description = "File whose first line is the password (default: ask at the terminal).")
    @Nullable Path file;

    Password existing(String prompt) {
      return file == null ? ask(prompt, "--password") : Password.read(file);
    }

    Password fresh() {
      return file == null ? askTwice("--password") : Password.read(file);
    }

    static Password askTwice(String flag) {
      Password first = ask("Password: ", flag);
      try (Password second = ask("Repeat password: ", flag)) {
        if (!first.equalsPassword(second)) {
          first.close();
          throw new NodeFailure("nothing was changed", "the passwords do not match", "", null);
        }
      }
      return first;
    }

    @SuppressWarnings(
        "SystemConsoleNull") // null in JDK 21; later ones give null at the end of input
    static Password ask(String prompt, String flag) {
      Console console = System.console();
      char[] typed = console == null ? null : console.readPassword("%s", prompt);
      if (typed == null) {
        throw new NodeFailure(
            "a password is needed",
            "there is no terminal to type it at",
            "Give a file whose first line is the password with " + flag + " FILE",
            null);
      }
      return Password.of(typed);
    }
  }

  static Address address(String text, CommandSpec spec) {
    if (!text.matches("(0x)?[0-9a-fA-F]{40}")) {
      throw new ParameterException(spec.commandLine(), text + " is not an address");
    }
    return Address.of(Bytes.fromHexString(text));
  }

  private static void announce(String did, Keystore.Account account, PrintWriter out) {
    out.println(did);
    out.println("address " + ChecksumAddress.of(account.address()));
    out.println("file    " + account.file());
    out.flush();
  }

  /** {@code les account new}. */
  @Command(
      name = "new",
      description = {
        "Make an account.",
        "Without its password the account is lost: remember it, and keep a copy of the file."
      })
  static final class New implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin StoreFlags store = new StoreFlags();
    @Mixin PasswordFlags password = new PasswordFlags();
    @Mixin LogFlags log = new LogFlags();

    @Override
    public Integer call() {
      try (Password secret = password.fresh()) {
        announce("account made", store.open().create(secret), spec.commandLine().getOut());
      }
      return 0;
    }
  }

  /** {@code les account list}. */
  @Command(name = "list", description = "List the accounts and their files.")
  static final class Show implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin StoreFlags store = new StoreFlags();
    @Mixin LogFlags log = new LogFlags();

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      List<Keystore.Account> accounts = store.open().accounts();
      for (int i = 0; i < accounts.size(); i++) {
        out.println(
            "Account #%d: %s %s"
                .formatted(
                    i, ChecksumAddress.of(accounts.get(i).address()), accounts.get(i).file()));
      }
      out.flush();
      return 0;
    }
  }

  /** {@code les account import}. */
  @Command(
      name = "import",
      description = "Keep a secret key from a file of 64 hexadecimal digits, as geth does.")
  static final class Import implements Callable<Integer> {
    private static final int MAX_BYTES = 128;

    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin StoreFlags store = new StoreFlags();
    @Mixin PasswordFlags password = new PasswordFlags();
    @Mixin LogFlags log = new LogFlags();

    @Parameters(paramLabel = "KEYFILE", description = "File with the key, unencrypted.")
    Path file = Path.of("");

    @Override
    public Integer call() {
      KeyPair key = read();
      try (Password secret = password.fresh()) {
        announce("account imported", store.open().add(key, secret), spec.commandLine().getOut());
      }
      return 0;
    }

    private KeyPair read() {
      try {
        String text =
            Files.size(file) > MAX_BYTES
                ? ""
                : Files.readString(file).strip().replaceFirst("^0x", "");
        if (text.matches("[0-9a-fA-F]{64}")) {
          return KeyPair.ofSecret(Bytes32.fromHexString(text));
        }
      } catch (IOException unreadable) {
        throw new NodeFailure("the key cannot be imported", unreadable.toString(), "", unreadable);
      } catch (IllegalArgumentException outOfRange) {
        // the same message as for other texts that are not keys
      }
      throw new NodeFailure(
          "the key cannot be imported",
          file + " does not hold a secret key of 64 hexadecimal digits",
          "Give an unencrypted key; files of geth's keystore can be copied as they are",
          null);
    }
  }

  /** {@code les account update}. */
  @Command(name = "update", description = "Change the password of an account.")
  static final class Update implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin StoreFlags store = new StoreFlags();
    @Mixin PasswordFlags password = new PasswordFlags();
    @Mixin LogFlags log = new LogFlags();

    @Option(
        names = "--new-password",
        paramLabel = "FILE",
        description = "File whose first line is the new password (default: ask at the terminal).")
    @Nullable Path newPassword;

    @Parameters(paramLabel = "ADDRESS", description = "The account.")
    String account = "";

    @Override
    public Integer call() {
      Address address = address(account, spec);
      Path file = newPassword;
      try (Password old = password.existing("Current password: ");
          Password next =
              file == null ? PasswordFlags.askTwice("--new-password") : Password.read(file)) {
        announce(
            "password changed",
            store.open().update(address, old, next),
            spec.commandLine().getOut());
      }
      return 0;
    }
  }
}
