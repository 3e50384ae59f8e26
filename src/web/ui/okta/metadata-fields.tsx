import { FileField, TextArea, TextField } from "../field.tsx";

interface MetadataFieldsProps {
  readonly values: { readonly metadataUrl: string; readonly metadataXml: string };
  /** What is wrong, by the name of the field. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The three ways in which metadata is given; one of them is enough. */
export function MetadataFields({ values, errors }: MetadataFieldsProps) {
  return (
    <>
      <TextField
        name="metadataUrl"
        label="Metadata URL"
        type="url"
        mono={true}
        value={values.metadataUrl}
        error={errors["metadataUrl"]}
        hint="It is fetched now and once a day: new certificates are taken from it, so a rotation needs nobody here."
      />
      <FileField
        name="metadataFile"
        label="Or its file"
        accept=".xml"
        error={errors["metadataFile"]}
        hint="Read once. The provider's next certificate has to be added by hand then."
      />
      <TextArea
        name="metadataXml"
        label="Or its text"
        mono={true}
        rows={6}
        value={values.metadataXml}
        error={errors["metadataXml"]}
        hint="The whole document, from <md:EntityDescriptor to its end."
      />
    </>
  );
}
