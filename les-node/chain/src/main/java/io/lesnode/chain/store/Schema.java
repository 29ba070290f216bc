package io.lesnode.chain.store;

import java.util.List;

/**
 * What a database directory is: its kind, the version of its layout and its columns. A change that
 * an older program would misread raises the version.
 *
 * @param kind written into the database
 * @param version of the layout
 * @param columns all of them; {@link Column#META} first
 */
record Schema(String kind, int version, List<Column> columns) {

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
              Column.INDEX));

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
              Column.VERIFIED));
}
