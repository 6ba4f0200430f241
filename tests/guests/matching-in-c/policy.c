// A matching policy without any SDK: the nearest partners are asked, all at
// once. It shows what the interface asks of a language that has nothing but
// functions and memory.

#include <stdlib.h>

#include "matching.h"

// The vocabulary, in the order in which `configure` answers it: a word's number
// is its position, counted from 1.
enum { OFFER = 1, NOBODY, DISTANCE_KM, TOO_FAR };
static const char *const VOCABULARY[] = {"offer", "nobody", "distance-km", "too-far"};
enum { WORDS = sizeof VOCABULARY / sizeof *VOCABULARY };

static const double KILOMETRES_MAX = 100.0;

static const char MANIFEST[] =
    "{\"name\":\"matching-in-c\",\"version\":\"0.1.0\",\"kind\":\"matching\","
    "\"summary\":\"Asks all partners within 100 km, the nearest first.\","
    "\"configuration\":{\"schema\":{\"type\":\"object\",\"additionalProperties\":false},"
    "\"default\":{}},"
    "\"reasons\":[{\"code\":\"too-far\",\"en\":\"Too far, or its place is not known.\","
    "\"de\":\"Zu weit entfernt, oder der Ort ist nicht bekannt.\"}],"
    "\"golden\":[{\"name\":\"the nearest come first\",\"function\":\"rank\","
    "\"input\":{\"context\":{\"now\":{\"micros\":\"1772445600000000\","
    "\"offset-seconds\":3600,\"in-working-time\":true},\"seed\":\"1\"},"
    "\"input\":{\"lead\":{\"reference\":\"lead-1\",\"cycle\":1,"
    "\"age\":{\"elapsed-seconds\":\"0\",\"working-seconds\":\"0\"}},"
    "\"assessed\":{\"score\":\"0\"},\"wave\":1,"
    "\"candidates\":{\"keys\":[\"1\",\"2\",\"3\",\"4\"],\"columns\":{"
    "\"distance-km\":{\"numbers\":[50.0,null,10.0,101.0]}}}}},"
    "\"expect\":{\"outcome\":{\"code\":\"offer\"},\"groups\":[[2,0]],"
    "\"excluded\":[\"\",\"too-far\",\"\",\"too-far\"],"
    "\"scores\":[\"500\",\"0\",\"900\",\"0\"]}}]}";

void exports_stellwerk_matching_policy_describe(matching_string_t *answer) {
    matching_string_set(answer, MANIFEST);
}

bool exports_stellwerk_matching_policy_configure(
    matching_string_t *config, matching_string_t *terms, matching_list_string_t *vocabulary,
    exports_stellwerk_matching_policy_list_problem_t *problems) {
    vocabulary->len = WORDS;
    vocabulary->ptr = malloc(sizeof(matching_string_t) * WORDS);
    for (size_t word = 0; word < WORDS; word++) {
        matching_string_set(&vocabulary->ptr[word], VOCABULARY[word]);
    }
    return true;
}

// The column of that name, if it holds numbers.
static const stellwerk_types_tables_column_t *numbers(
    const exports_stellwerk_matching_policy_table_t *table, uint32_t name) {
    for (size_t column = 0; column < table->columns.len; column++) {
        const stellwerk_types_tables_column_t *found = &table->columns.ptr[column];
        if (found->name == name && found->cells.tag == STELLWERK_TYPES_TABLES_CELLS_NUMBERS) {
            return found;
        }
    }
    return NULL;
}

static bool is_present(const stellwerk_types_tables_column_t *column, size_t row) {
    return !column->present.is_some || (column->present.val.ptr[row / 8] >> (row % 8) & 1);
}

bool exports_stellwerk_matching_policy_rank(
    exports_stellwerk_matching_policy_context_t *context,
    exports_stellwerk_matching_policy_rank_input_t *input,
    exports_stellwerk_matching_policy_ranking_t *answer,
    exports_stellwerk_matching_policy_policy_error_t *error) {
    size_t rows = input->candidates.keys.len;
    const stellwerk_types_tables_column_t *distance = numbers(&input->candidates, DISTANCE_KM);
    uint32_t *group = malloc(sizeof *group * rows);
    uint32_t *excluded = malloc(sizeof *excluded * rows);
    int64_t *scores = malloc(sizeof *scores * rows);
    size_t eligible = 0;
    for (size_t row = 0; row < rows; row++) {
        excluded[row] = TOO_FAR;
        scores[row] = 0;
        if (distance == NULL || !is_present(distance, row)) {
            continue;
        }
        double kilometres = distance->cells.val.numbers.ptr[row];
        if (kilometres > KILOMETRES_MAX) {
            continue;
        }
        excluded[row] = 0;
        scores[row] = (int64_t)(1000.0 * (1.0 - kilometres / KILOMETRES_MAX) + 0.5);
        // Into its place among those before: the highest score first, then the
        // smallest key, so that the order of the rows means nothing.
        size_t place = eligible++;
        const uint64_t *keys = input->candidates.keys.ptr;
        while (place > 0) {
            uint32_t before = group[place - 1];
            if (scores[before] > scores[row] ||
                (scores[before] == scores[row] && keys[before] < keys[row])) {
                break;
            }
            group[place--] = before;
        }
        group[place] = (uint32_t)row;
    }
    // What is not set is empty.
    *answer = (exports_stellwerk_matching_policy_ranking_t){
        .outcome.code = eligible > 0 ? OFFER : NOBODY,
        .excluded = {excluded, rows},
        .scores = {scores, rows},
    };
    if (eligible > 0) {
        answer->groups.len = 1;
        answer->groups.ptr = malloc(sizeof *answer->groups.ptr);
        answer->groups.ptr[0] = (matching_list_u32_t){group, eligible};
    }
    return true;
}
