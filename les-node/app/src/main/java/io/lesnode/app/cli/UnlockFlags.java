package io.lesnode.app.cli;

import io.lesnode.app.keystore.Keystore;
import io.lesnode.app.keystore.Password;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.rpc.AccountKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Flags that unlock accounts for signing; nothing needs them. */
final class UnlockFlags {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--unlock",
      paramLabel = "ADDRESS",
      split = ",",
      description =
          "Accounts that sign for callers over IPC and the authenticated port, never over HTTP"
              + " (default: none).")
  List<String> unlock = new ArrayList<>();

  @Option(
      names = "--password",
      paramLabel = "FILE",
      description =
          "File with the passwords of the accounts, one a line (default: ask at the terminal).")
  @Nullable Path password;

  @Option(
      names = "--keystore",
      paramLabel = "DIR",
      description = "Folder of the keys (default: 'keystore' in the data folder).")
  @Nullable Path keystore;

  /** The unlocked keys; asks for passwords where no file has them. */
  AccountKeys keys(Path datadir) {
    Keystore store = Keystore.at(AccountCommand.StoreFlags.folder(datadir, keystore), false);
    List<KeyPair> keys = new ArrayList<>();
    for (int i = 0; i < unlock.size(); i++) {
      Address address = AccountCommand.address(unlock.get(i).strip(), spec);
      Path file = password;
      try (Password secret =
          file == null
              ? AccountCommand.PasswordFlags.ask("Password of " + address + ": ", "--password")
              : Password.read(file, i)) {
        keys.add(store.unlock(address, secret));
      }
    }
    return AccountKeys.forOperator(keys);
  }
}
