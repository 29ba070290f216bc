package io.lesnode.app.keystore;

import io.lesnode.app.keystore.KeyFile.Cost;
import io.lesnode.app.keystore.KeyFile.UnusableException;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of encrypted keys, which geth and this program can share. Confined to one thread.
 *
 * <p>A file is written beside its place, forced to the disk and moved: a kill leaves the old key or
 * the new one, never half of it. Only its owner can read it.
 */
public final class Keystore {
  private static final int MAX_FILE_BYTES = 64 * 1024;
  private static final DateTimeFormatter NAME_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSSSSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** An account and its file. */
  public record Account(Address address, Path file) {}

  private final Path folder;
  private final Cost cost;
  private final SecureRandom random;
  private final InstantSource clock;

  private Keystore(Path folder, Cost cost, SecureRandom random, InstantSource clock) {
    this.folder = folder;
    this.cost = cost;
    this.random = random;
    this.clock = clock;
  }

  /**
   * The keys of a folder, which is made with the first of them.
   *
   * @param light whether new files are cheap to open, and to guess: geth's --lightkdf
   */
  public static Keystore at(Path folder, boolean light) {
    return new Keystore(
        folder.toAbsolutePath().normalize(),
        light ? Cost.LIGHT : Cost.STANDARD,
        new SecureRandom(),
        InstantSource.system());
  }

  /** All accounts, in the order of the names of their files, which is that of their age. */
  public List<Account> accounts() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Account> found = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (!name.startsWith(".") && !name.endsWith("~") && Files.isRegularFile(file)) {
          KeyFile.address(read(file)).ifPresent(address -> found.add(new Account(address, file)));
        }
      }
      return found;
    } catch (IOException unreadable) {
      throw failure("the keystore cannot be read", unreadable);
    }
  }

  private Account require(Address address) {
    return accounts().stream()
        .filter(account -> account.address().equals(address))
        .findFirst()
        .orElseThrow(
            () ->
                new NodeFailure(
                    "the account cannot be used",
                    "no file in " + folder + " holds the key of " + address,
                    "See which there are with 'les account list'",
                    null));
  }

  /** Makes a new account. */
  public Account create(Password password) {
    return add(KeyPair.generate(random), password);
  }

  /**
   * Keeps a key.
   *
   * @throws NodeFailure if it is here already or cannot be written
   */
  public Account add(KeyPair key, Password password) {
    Optional<Account> present =
        accounts().stream().filter(any -> any.address().equals(key.address())).findFirst();
    if (present.isPresent()) {
      throw new NodeFailure(
          "the account cannot be added",
          "the key of " + key.address() + " is already in " + present.get().file(),
          "Change its password with 'les account update'",
          null);
    }
    String hex = key.address().toHexString().substring(2).toLowerCase(Locale.ROOT);
    Path file = folder.resolve("UTC--" + NAME_TIME.format(clock.instant()) + "Z--" + hex);
    write(file, KeyFile.encrypt(key, password, cost, random));
    return new Account(key.address(), file);
  }

  /**
   * The key of an account.
   *
   * @throws NodeFailure if there is none, or the password is wrong
   */
  public KeyPair unlock(Address address, Password password) {
    Account account = require(address);
    try {
      return KeyFile.decrypt(read(account.file()), password);
    } catch (UnusableException wrong) {
      throw new NodeFailure(
          "the account " + address + " cannot be unlocked",
          String.valueOf(wrong.getMessage()),
          "Its file is " + account.file(),
          null);
    } catch (IOException unreadable) {
      throw failure("the account " + address + " cannot be unlocked", unreadable);
    }
  }

  /**
   * Encrypts an account's key anew, in the same file.
   *
   * @throws NodeFailure as {@link #unlock}
   */
  public Account update(Address address, Password old, Password next) {
    Account account = require(address);
    write(account.file(), KeyFile.encrypt(unlock(address, old), next, cost, random));
    return account;
  }

  private static byte[] read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      return new byte[0];
    }
    return Files.readAllBytes(file);
  }

  private void write(Path file, byte[] text) {
    Path part = folder.resolve("." + file.getFileName() + ".tmp");
    try {
      makeFolder();
      Files.deleteIfExists(part);
      try (FileChannel channel =
          FileChannel.open(
              part,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              ownerOnly("rw-------"))) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException unwritable) {
      throw failure("the account cannot be kept", unwritable);
    }
  }

  private void makeFolder() throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(folder, ownerOnly("rwx------"));
    } catch (FileAlreadyExistsException meanwhile) {
      // another process made it
    }
  }

  private FileAttribute<?>[] ownerOnly(String permissions) {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static NodeFailure failure(String what, IOException why) {
    return new NodeFailure(
        what,
        why.toString(),
        "Choose another folder with --keystore, or correct the permissions",
        why);
  }
}
