package io.lesnode.chain.store;

import java.util.List;

/**
 * What a database directory is: its kind, the version of its layout and its columns. A change that
 * an older program would misread raises the version.
 *
 * @param kind written into the database
 * @param version of the layout
 * @param columns all of them; {@link Column#META} first
 * @param remedy what a person can do who cannot read it
 */
record Schema(String kind, int version, List<Column> columns, String remedy) {

  /** For what can be had again. */
  static final String REIMPORT =
      "choose another directory with --datadir, or remove this one, and import or synchronise again";

  static final Schema CHAIN =
      new Schema(
          "chain",
          1,
          List.of(
              Column.META,
              Column.HEADERS,
              Column.BODIES,
              Column.RECEIPTS,
              Column.TOTAL_DIFFICULTIES,
              Column.CANONICAL,
              Column.NUMBERS,
              Column.TRANSACTIONS,
              Column.NODES,
              Column.NODE_COUNTS,
              Column.CODE,
              Column.STATE_JOURNAL,
              Column.INDEX),
          REIMPORT);

  static final Schema LIGHT =
      new Schema(
          "light",
          1,
          List.of(
              Column.META,
              Column.HEADERS,
              Column.TOTAL_DIFFICULTIES,
              Column.CANONICAL,
              Column.NUMBERS,
              Column.INDEX,
              Column.VERIFIED),
          REIMPORT);

  static final Schema SERVER =
      new Schema(
          "server",
          1,
          List.of(Column.META, Column.CLIENTS, Column.VALUES),
          "put back a copy of this directory, or move it away to start without balances");

  static final Schema CLIENT =
      new Schema(
          "client",
          1,
          List.of(Column.META, Column.VALUES),
          "put back a copy of this directory, or move it away: what was learned of servers is"
              + " learned again, transactions that are not in a block yet must be sent again");
}
