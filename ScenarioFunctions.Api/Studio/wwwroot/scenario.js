/** A stored scenario: its pictures' shape, and the form in which it can be posted again. */

/** The shape of the pictures: as they were made, else as was asked for. */
export function ratioOf(scenario) {
  const made = scenario?.scenes?.flatMap?.((scene) => scene?.versions ?? []).find((version) => version.ratio)?.ratio;
  const said = [made, scenario?.resolution, scenario?.aspect_ratio, scenario?.orientation].join(' ');
  const [, width, height] = /(\d{1,5})\s*[:x×/]\s*(\d{1,5})/.exec(said)
    ?? (/portrait|vertical/i.test(said) ? [0, 9, 16] : /landscape|horizontal/i.test(said) ? [0, 16, 9] : [0, 1, 1]);
  return Math.min(Math.max(width / height || 1, 0.5), 2.4);
}

/** The prompt of the picture that a scene shows. */
export const promptOf = ({ versions, version, image_prompt, description }) =>
  versions?.find((one) => one.version === version)?.image_prompt || image_prompt || (versions ? '' : description) || '';

export function asPosted({ title, description, metadata, scenes }) {
  const { scene_fields, scenario_fields, hashtags, audio_script, ...others } = metadata;
  const audio = { ...audio_script, ...(hashtags && { hashtags }) };
  return {
    title,
    ...(description && { description }),
    ...others,
    ...scenario_fields,
    ...(Object.keys(audio).length && { audio_script: audio }),
    scenes: scenes.map((scene) => ({
      ...scene_fields?.[scene.scene_number],
      description: scene.description,
      duration: scene.duration,
      image_prompt: scene.image_prompt,
      visual_prompt: scene.visual_prompt,
      ...(scene.product_reference_image_url && { product_reference_image_url: scene.product_reference_image_url }),
      ...(scene.reason === 'first_scene' && scene.image_url && { generated_image_url: scene.image_url }),
    })),
  };
}
