/** Courses on disk: written as they come, so that a survey that was stopped goes on where it was. */
import { courseSchema, type Course } from '../evaluation/exits/record.ts';
import { RecordsFile, type RecordKind } from './records-file.ts';
import { said } from '../trace/said.ts';

const kind: RecordKind<Course> = { format: 'reins-courses', version: 1, schema: courseSchema, words: said('recorded courses of this version') };

export type CoursesFile = RecordsFile<Course>;

export function openCourses(path: string): CoursesFile {
  return RecordsFile.open(path, kind);
}
