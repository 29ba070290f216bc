package io.lesnode.payment.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerColumn;
import io.lesnode.payment.ledger.LedgerStore;
import io.lesnode.payment.ledger.LedgerStoreContract;
import io.lesnode.payment.ledger.LedgerStoreException;
import io.lesnode.payment.ledger.LedgerWrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksLedgerStoreTest extends LedgerStoreContract {

  @TempDir Path directory;

  @Override
  protected LedgerStore create() {
    return RocksLedgerStore.open(directory.resolve("books"));
  }

  @Override
  protected LedgerStore reopen(LedgerStore closed) {
    return RocksLedgerStore.open(((RocksLedgerStore) closed).directory());
  }

  @Test
  void aDirectoryOfSomethingElseIsNotTouched() throws IOException {
    Path foreign = directory.resolve("geth");
    Files.createDirectories(foreign);
    Files.writeString(foreign.resolve("CURRENT"), "MANIFEST-000001\n");
    assertThatThrownBy(() -> RocksLedgerStore.open(foreign))
        .isInstanceOf(LedgerStoreException.UnknownSchema.class)
        .hasMessageContaining("nothing was touched");
    try (Stream<Path> files = Files.list(foreign)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aNewerVersionIsRefusedAlsoWithColumnsThatWeDoNotKnow() throws RocksDBException {
    store.write(
        new LedgerWrite().put(LedgerColumn.META, ascii("schema"), ascii("ledger 77")), true);
    store.close();
    Path other = directory.resolve("other");
    RocksLedgerStore.open(other).close();
    try (Options options = new Options();
        ColumnFamilyOptions plain = new ColumnFamilyOptions();
        DBOptions make = new DBOptions().setCreateMissingColumnFamilies(true)) {
      List<ColumnFamilyDescriptor> columns = new ArrayList<>();
      for (byte[] name : RocksDB.listColumnFamilies(options, other.toString())) {
        columns.add(new ColumnFamilyDescriptor(name, plain));
      }
      columns.add(new ColumnFamilyDescriptor(ascii("ofTomorrow").toArray(), plain));
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      try (RocksDB rocks = RocksDB.open(make, other.toString(), columns, handles)) {
        rocks.put(ascii("schema").toArray(), ascii("ledger 78").toArray());
        handles.forEach(ColumnFamilyHandle::close);
      }
    }
    for (String name : List.of("books", "other")) {
      try (RocksLedgerStore opened = RocksLedgerStore.open(directory.resolve(name))) {
        assertThatThrownBy(() -> Ledger.open(opened))
            .isInstanceOf(LedgerStoreException.UnknownSchema.class)
            .hasMessageContaining("run the version that wrote them");
      }
    }
  }

  @Test
  void booksThatCannotBeMadeSaySo() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> RocksLedgerStore.open(file.resolve("books")))
        .isInstanceOf(LedgerStoreException.InputOutput.class)
        .hasMessageContaining("permissions");
  }

  @Test
  void aDamagedFileIsFound() throws IOException {
    LedgerWrite write = new LedgerWrite();
    for (int i = 0; i < 1_000; i++) {
      write.put(LedgerColumn.RECORDS, Bytes.ofUnsignedInt(i), Bytes.random(50));
    }
    store.write(write, true);
    store.close();
    try (Stream<Path> files = Files.list(directory.resolve("books"))) {
      Path log = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(log);
      assertThat(bytes.length).isGreaterThan(10_000);
      // A flipped bit in the only batch: the checksum ends the log there, whole batches only.
      bytes[bytes.length / 2] ^= 1;
      Files.write(log, bytes);
    }
    try (RocksLedgerStore opened = RocksLedgerStore.open(directory.resolve("books"))) {
      int[] rows = {0};
      opened.forEach(LedgerColumn.RECORDS, Bytes.EMPTY, (key, value) -> rows[0]++);
      assertThat(rows[0]).isZero();
    }
  }

  private static Bytes ascii(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
