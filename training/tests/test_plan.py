from versusq_training import plan


def test_a_burst_lies_wholly_inside_the_clip():
    for duration in (0.3, 1.0, 2.4, 9.6, 10.0, 61.0, 7200.0):
        for fps in (10, 24, 30, 60):
            times = plan.burst_times(duration, fps)
            assert 1 <= len(times) <= plan.MAX_BURSTS
            assert times == [0.0] or times[-1] + plan.FRAMES_PER_BURST / fps <= duration + 1e-6


def test_grids_of_nearly_equal_lengths_share_burst_times():
    assert set(plan.burst_times(10.0, 30)) & set(plan.burst_times(9.6, 30)) == set(plan.burst_times(9.6, 30))
    assert len(set(plan.burst_times(6.1, 25)) & set(plan.burst_times(5.9, 25))) >= 6


def test_places_stay_inside_the_frame_on_the_codec_grid():
    for width, height in ((144, 144), (640, 360), (1920, 1080), (360, 480), (322, 242)):
        for time in (0.0, 0.25, 1.0, 5.5):
            for row, column in plan.places(time, width, height):
                assert 0 <= row <= height - plan.CROP and 0 <= column <= width - plan.CROP
                assert (row % 16 == 0 or row % 2 == 0) and (column % 16 == 0 or column % 2 == 0)


def test_bursts_look_at_different_cells_in_turn():
    layouts = {plan.layout(k * 0.25) for k in range(4)}
    assert layouts == {0, 1, 2, 3}
