package io.lesnode.chain.store;

import java.nio.charset.StandardCharsets;
import org.rocksdb.RocksDB;

/** The kinds of data, each a column family. docs/store.md gives keys and values. */
enum Column {
  /** Schema, genesis, head, oldest state: the column that every database has. */
  META(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8), Shape.PLAIN),
  HEADERS("headers", Shape.COMPRESSED),
  BODIES("bodies", Shape.COMPRESSED),
  RECEIPTS("receipts", Shape.COMPRESSED),
  TOTAL_DIFFICULTIES("totalDifficulties", Shape.PLAIN),
  CANONICAL("canonical", Shape.PLAIN),
  NUMBERS("numbers", Shape.PLAIN),
  TRANSACTIONS("transactions", Shape.PLAIN),
  NODES("nodes", Shape.PLAIN),
  NODE_COUNTS("nodeCounts", Shape.PLAIN),
  CODE("code", Shape.COMPRESSED),
  STATE_JOURNAL("stateJournal", Shape.PLAIN),
  INDEX("index", Shape.COMPRESSED),
  VERIFIED("verified", Shape.FIFO),
  CLIENTS("clients", Shape.PLAIN),
  VALUES("values", Shape.PLAIN);

  /** How the files of a column are made. */
  enum Shape {
    /** Hashes and small values: nothing to compress. */
    PLAIN,
    /** Values with runs and repetitions. */
    COMPRESSED,
    /** A cache on disk: the oldest files go when the bound is reached. */
    FIFO
  }

  private final String columnName;
  private final Shape shape;

  Column(String columnName, Shape shape) {
    this.columnName = columnName;
    this.shape = shape;
  }

  byte[] nameBytes() {
    return columnName.getBytes(StandardCharsets.UTF_8);
  }

  String columnName() {
    return columnName;
  }

  Shape shape() {
    return shape;
  }
}
